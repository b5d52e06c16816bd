import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdirSync, readFileSync, statSync, symlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { asObject } from '../http/json-object.ts'
import { type LoggedBook, openLoggedBook } from './logged-book.ts'
import { runtimes } from './runtimes.ts'
import { spoolDirectory } from './spool-directory.ts'

/*
 * The package as `npm pack` makes it, in an empty project of each runtime; and every example of docs/CLIENT.md, run with it. None of the server's
 * dependencies is there: they are overridden by an empty package, which shows that the client needs none, and that needs no network.
 */

const root = join(import.meta.dir, '../..')
const scratch = spoolDirectory()
let tarball = ''
let book: LoggedBook

beforeAll(async () => {
  const packed = run(root, ['npm', 'pack', '--silent', '--pack-destination', scratch.path])
  tarball = join(scratch.path, packed.trim().split('\n').at(-1) ?? '')
  book = await openLoggedBook()
}, 60_000)
afterAll(async () => {
  await book[Symbol.asyncDispose]()
  scratch[Symbol.dispose]()
})

function run(cwd: string, command: string[]): string {
  const child = Bun.spawnSync(command, { cwd, stdin: 'ignore' })
  const said = child.stdout.toString()
  if (child.exitCode !== 0)
    throw new Error(`${command.join(' ')}: ${said}${child.stderr.toString()}`)
  return said
}

async function runAside(cwd: string, command: string[]): Promise<string> {
  const child = Bun.spawn(command, { cwd, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stdout}${stderr}`)
  return stdout + stderr
}

const installs: Readonly<Record<string, string[]>> = {
  bun: [process.execPath, 'add', '--ignore-scripts'],
  node: ['npm', 'install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund'],
}

/** A project with nothing in it but the package. */
async function emptyProject(runtime: string): Promise<string> {
  const path = join(scratch.path, runtime)
  mkdirSync(join(path, 'empty'), { recursive: true })
  const { dependencies } = asObject(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))
  const overrides = Object.fromEntries(
    Object.keys(asObject(dependencies)).map((name) => [name, 'file:./empty']),
  )
  await Bun.write(join(path, 'empty/package.json'), '{"name":"empty","version":"0.0.0"}')
  const manifest = { name: 'project', private: true, type: 'module', overrides }
  await Bun.write(join(path, 'package.json'), JSON.stringify(manifest))
  run(path, [...(installs[runtime] ?? []), tarball])
  return path
}

/** What examples may import beside the client, as a user would have installed it. */
const libraries = ['pino', 'winston', '@logtape/logtape', 'elysia']

/** A project in which the examples find what they import. */
function exampleProject(runtime: string, installed: string): string {
  const path = join(scratch.path, `${runtime}-examples`)
  mkdirSync(join(path, 'node_modules/@logtape'), { recursive: true })
  symlinkSync(join(installed, 'node_modules/minutebook'), join(path, 'node_modules/minutebook'))
  for (const name of libraries) {
    symlinkSync(join(root, 'node_modules', name), join(path, 'node_modules', name))
  }
  return path
}

const examples = [
  ...readFileSync(join(root, 'docs/CLIENT.md'), 'utf8').matchAll(/```js\n(.*?)```/gs),
].map((match) => match[1] ?? '')

const program = `
import { createLogger } from 'minutebook/client'
const [, , runtime, url] = process.argv
const log = createLogger({ facility: 'empty ' + runtime, url, fallback: './fallback' })
log.info('order placed', { n: 1 })
const bridges = ['pino', 'winston', 'logtape', 'console', 'crash', 'elysia', 'fetch']
for (const name of bridges) await import('minutebook/client/' + name)
log.info('order placed', { n: bridges.length })
`

test('the server of the package serves the web app that was packed', async () => {
  const path = join(scratch.path, 'unpacked')
  mkdirSync(path)
  run(path, ['tar', '-xzf', tarball])
  symlinkSync(join(root, 'node_modules'), join(path, 'package/node_modules'))
  const list = join(path, 'package/dist/web/list.json')
  // As npm leaves them: the times say when, and in which order, files were unpacked.
  const packed = new Date(Date.now() - 3_600_000)
  utimesSync(list, packed, packed)
  run(join(path, 'package'), [process.execPath, 'src/http/web/write-app.ts'])
  expect(statSync(list).mtimeMs).toBe(packed.getTime())
}, 60_000)

for (const [runtime, command] of runtimes) {
  describe(`in an empty project of ${runtime}`, () => {
    let project = ''

    test('the package installs, and works', async () => {
      project = await emptyProject(runtime)
      await Bun.write(join(project, 'program.mjs'), program)
      expect(await runAside(project, [command, 'program.mjs', runtime, book.url])).toBe('')
      const events = (await book.events()).filter(({ facility }) => facility === `empty ${runtime}`)
      expect(events.map(({ additional }) => asObject(additional)['n'])).toEqual([1, 7])
    }, 60_000)

    test('every example of docs/CLIENT.md runs', async () => {
      const path = exampleProject(runtime, project)
      expect(examples.length).toBeGreaterThan(10)
      for (const [i, example] of examples.entries()) {
        const code = example.replaceAll('http://127.0.0.1:8420', book.url)
        await Bun.write(join(path, `example-${i}.mjs`), code)
        const said = await runAside(path, [command, `example-${i}.mjs`])
        // Only the example with the console prints.
        expect({ i, said }).toEqual({
          i,
          said: example.includes('console.warn') ? 'payment of order 4711 took long\n' : '',
        })
      }
      const texts = (await book.events()).map(({ event }) => event)
      expect(texts).toContain('reminder sent')
    }, 60_000)
  })
}
