import { afterAll, describe, expect, test } from 'bun:test'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { buildClient } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/* What compiles against the published declarations, and what must not; with the strictest options a user may have. */

const root = join(import.meta.dir, '../..')

const good: Readonly<Record<string, string>> = {
  'a literal': `log.info('order placed', { orderId: 4711, items: ['a'] })`,
  'a literal without fields': `log.error('order placed')`,
  'a literal in backticks': 'log.warn(`order placed`)',
  'a constant': `const event = 'order placed'; log.info(event)`,
  'a union of literals': `log.info(Math.random() > 0.5 ? 'order placed' : 'order declined')`,
  'a template of unions of literals':
    "const what = 'order' as 'order' | 'item'; log.info(`${what} placed` as const)",
  'an enumeration of texts': `enum Event { Placed = 'order placed' } log.info(Event.Placed)`,
  'an error as fields': `log.error('order failed', new Error('x'))`,
  'an interface as fields': `interface Order { id: number } declare const order: Order; log.info('order placed', order)`,
  'a text that varies, by its own name': `declare const text: string; log.dynamicEvent('info', text, { a: 1 })`,
  'bound fields': `log.with({ requestId: 'r' }).with({ a: 1 }).notice('order placed')`,
  levels: `log.level = 'silent'; log.level = 'debug'; const on: boolean = log.isEnabled('info')`,
  flushing: `const done: Promise<boolean> = log.flush(100); void done`,
  'a method passed around': `const { info } = log; info('order placed')`,
  'direct mode': `createLogger({ facility: 'a', url: 'http://x', auth: { token: 't' }, overflow: 'block', fallback: false })`,
  'spool mode': `createLogger({ facility: 'a', spool: './x', syncLevel: 'crit', redact: ['a.b'] })`,
  'asynchronous disposal': `async function f() { await using l = createLogger({ facility: 'a', spool: './x' }); l.info('x') } void f`,
}

const bad: Readonly<Record<string, string>> = {
  'a string': `declare const text: string; log.info(text)`,
  'a template with a string': 'declare const id: string; log.info(`order ${id} placed`)',
  'a template with a number': 'declare const id: number; log.info(`order ${id} placed` as const)',
  'a sum of texts': `declare const id: string; log.info('order ' + id)`,
  'a union with a template':
    "declare const id: string; log.info((Math.random() > 0.5 ? 'a' : `order ${id}`) as 'a' | `order ${string}`)",
  'a number': `log.info(4711)`,
  'an error as the event': `log.info(new Error('x'))`,
  'no event': `log.info()`,
  'text as fields': `log.info('order placed', 'text')`,
  'a level that is none': `log.level = 'loud'`,
  'a dynamic event without a level': `log.dynamicEvent('order placed')`,
  'a level that is read only': `log.info = () => {}`,
  'both modes': `createLogger({ facility: 'a', url: 'http://x', spool: './x' })`,
  'neither mode': `createLogger({ facility: 'a' })`,
  'an option of the other mode': `createLogger({ facility: 'a', spool: './x', batchEventsMax: 5 })`,
  'no facility': `createLogger({ url: 'http://x' })`,
}

const client = buildClient()
const project = spoolDirectory()
afterAll(() => {
  client[Symbol.dispose]()
  project[Symbol.dispose]()
})

const bridges = ['pino', 'winston', 'logtape', 'console', 'crash', 'elysia', 'fetch']

/** Compiles all snippets at once: what the compiler said of each. */
async function compile(options: object) {
  const snippets = Object.entries({ ...good, ...bad })
  for (const [i, [, code]] of snippets.entries()) {
    const head = `import { createLogger, type Logger } from '${client.path}/client/logger.js'\ndeclare const log: Logger\nvoid [createLogger, log]\n`
    await Bun.write(join(project.path, `snippet-${i}.ts`), `${head}${code}\nexport {}\n`)
  }
  const imports = bridges.map((name) => `import '${client.path}/client/bridges/${name}.js'\n`)
  await Bun.write(join(project.path, 'bridges.ts'), imports.join(''))
  const compilerOptions = { noEmit: true, strict: true, types: ['node'], ...options }
  await Bun.write(join(project.path, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  mkdirSync(join(project.path, 'node_modules/@types'), { recursive: true })
  for (const name of ['@types/node', 'undici-types']) {
    try {
      symlinkSync(join(root, 'node_modules', name), join(project.path, 'node_modules', name))
    } catch {
      // It is there from the compilation before.
    }
  }
  const made = Bun.spawnSync(
    [join(root, 'node_modules/.bin/tsc'), '-p', project.path, '--pretty', 'false'],
    {
      cwd: project.path,
    },
  )
  const lines = made.stdout.toString().split('\n')
  return {
    saidOf(name: string): string {
      const i = snippets.findIndex(([other]) => other === name)
      return lines.filter((line) => line.startsWith(`snippet-${i}.ts(`)).join('\n')
    },
    saidOfDeclarations: lines
      .filter((line) => line.trim() !== '' && !/^(?:snippet-|\s)/.test(line))
      .join('\n'),
  }
}

for (const [says, options] of [
  ['modern Node.js', { module: 'nodenext', target: 'es2022', lib: ['esnext'] }],
  [
    'a bundler, checking libraries too',
    {
      module: 'preserve',
      target: 'esnext',
      lib: ['esnext', 'dom'],
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noPropertyAccessFromIndexSignature: true,
    },
  ],
] as const) {
  describe(`with the options of ${says}`, async () => {
    const { saidOf, saidOfDeclarations } = await compile(options)

    test('the declarations are sound', () => {
      expect(saidOfDeclarations).toBe('')
    })
    for (const name of Object.keys(good)) {
      test(`${name} compiles`, () => expect(saidOf(name)).toBe(''))
    }
    for (const name of Object.keys(bad)) {
      test(`${name} does not`, () => expect(saidOf(name)).toContain('error TS'))
    }
    test('the compiler says why', () => {
      expect(saidOf('a string')).toContain('EventMustBeFixedText')
    })
  })
}
