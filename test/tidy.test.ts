import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Rule } from './tidy/rules.ts'
import * as rules from './tidy/rules.ts'
import type { Source } from './tidy/source.ts'
import { parseSource } from './tidy/source.ts'

/*
 * The rules of docs/ARCHITECTURE.md that no compiler keeps. Each is shown to catch an offender before it
 * is asked about the project.
 */

const root = join(import.meta.dir, '..')

async function readSources(): Promise<Source[]> {
  const sources: Source[] = []
  const glob = new Bun.Glob('{src,test,bench}/**/*.{ts,tsx}')
  for await (const path of glob.scan({ cwd: root })) {
    sources.push(parseSource(path, await Bun.file(join(root, path)).text()))
  }
  return sources.sort((a, b) => (a.path < b.path ? -1 : 1))
}

const sources = await readSources()

interface Case {
  readonly says: string
  readonly rule: Rule
  /** Each must be caught on its own. */
  readonly bad: readonly (readonly [path: string, text: string])[]
  readonly good: readonly (readonly [path: string, text: string])[]
}

const cases: readonly Case[] = [
  {
    says: 'imports go from the outer layers to the inner ones',
    rule: rules.keepsDirection,
    bad: [
      ['src/event/kind.ts', "import { a } from '../ring/column.ts'"],
      ['src/page/block.ts', "import { a } from '../book/day.ts'"],
      ['src/journal/a.ts', "import { a } from '../book/day.ts'"],
      ['src/query/scan.ts', "import { a } from '../http/app.ts'"],
      ['src/http/app.ts', "import { a } from '../server.ts'"],
      ['src/client/logger.ts', "import { a } from '../ring/column.ts'"],
      ['src/client/logger.ts', "import { a } from '../journal/segment.ts'"],
      ['src/client/logger.ts', "import { a } from '../auth/hmac.ts'"],
      ['src/ring/a.ts', "import { a } from '../journal/contract.ts'"],
      ['src/http/a.ts', "import { a } from '../start.ts'"],
      ['src/start-error.ts', "import { a } from './config.ts'"],
    ],
    good: [
      ['src/ring/a.ts', "import type { A } from '../journal/contract.ts'"],
      ['src/book/a.ts', "import { a } from '../page/block.ts'"],
      ['src/cli/serve.ts', "import { a } from '../server.ts'"],
      ['src/client/logger.ts', "import { a } from '../journal/frame.ts'"],
      ['src/client/logger.ts', "import { a } from '../auth/hmac-text.ts'"],
      ['src/ring/a.ts', "import { type A } from '../journal/contract.ts'"],
    ],
  },
  {
    says: 'only http/ and auth/ know Elysia, and only book/ LMDB',
    rule: rules.keepsLibrariesIn,
    bad: [
      ['src/query/a.ts', "import { open } from 'lmdb'"],
      ['src/ring/a.ts', "const lmdb = await import('lmdb')"],
      ['src/server.ts', "import type { Elysia } from 'elysia'"],
    ],
    good: [['src/book/a.ts', "import { open } from 'lmdb'"]],
  },
  {
    says: 'the environment is read at the top only',
    rule: rules.readsEnvironmentAtTheTop,
    bad: [['src/book/a.ts', "const a = process.env['HOME']"]],
    good: [
      ['src/config.ts', "const a = process.env['HOME']"],
      ['src/book/a.ts', '// Not process.env: the caller passes it.'],
    ],
  },
  {
    says: 'no files import each other in a circle',
    rule: (list) =>
      rules.hasNoCycles([...list, parseSource('src/ring/b.ts', "import { a } from './a.ts'")]),
    bad: [['src/ring/a.ts', "import { b } from './b.ts'"]],
    good: [['src/ring/a.ts', "import type { B } from './b.ts'"]],
  },
  {
    says: 'no file only passes on the exports of others',
    rule: rules.hasNoBarrels,
    bad: [
      ['src/ring/all.ts', "export * from './a.ts'"],
      ['src/ring/all.ts', "export { a } from './a.ts'"],
      ['src/ring/index.ts', 'export const a = 1'],
    ],
    good: [['src/ring/a.ts', "import { b } from './b.ts'\nexport const a = b"]],
  },
  {
    says: 'files are at most 350 lines',
    rule: rules.keepsFilesSmall,
    bad: [['src/ring/a.ts', '\n'.repeat(351)]],
    good: [['src/ring/a.ts', '\n'.repeat(350)]],
  },
  {
    says: 'file names are kebab-case',
    rule: rules.namesFilesInKebabCase,
    bad: [['src/ring/minuteSlot.ts', '']],
    good: [['test/ring/minute-slot.test.ts', '']],
  },
  {
    says: 'file names say what the file holds',
    rule: rules.namesFilesAfterWhatTheyHold,
    bad: [['src/ring/utils.ts', '']],
    good: [['src/ring/column.ts', '']],
  },
  {
    says: 'types are neither escaped nor silenced, and no work is left behind',
    rule: rules.keepsTypes,
    bad: [
      ['src/a.ts', 'const a: any = 1'],
      ['src/a.ts', 'const a = b as unknown as C'],
      ['src/a.ts', `// @ts-${'ignore'}`],
      ['src/a.ts', `// TO${'DO'}: later`],
    ],
    good: [['src/a.ts', "// At any time.\nconst a = 'as any'"]],
  },
  {
    says: 'every test runs, unless a condition says why not',
    rule: rules.runsEveryTest,
    bad: [['test/a.test.ts', "test.skip ('a', () => undefined)"]],
    good: [['test/a.test.ts', "test.skipIf(!linux)('a', () => undefined)"]],
  },
  {
    says: 'nothing is fetched from a CDN',
    rule: rules.needsNoNetwork,
    bad: [['src/http/a.ts', "const a = 'https://cdn.jsdelivr.net/npm/x'"]],
    good: [['src/http/a.ts', "const a = 'https://www.rfc-editor.org/rfc/rfc9457'"]],
  },
]

describe('tidiness', () => {
  for (const { says, rule, bad, good } of cases) {
    test(says, () => {
      for (const [path, text] of bad) {
        expect({ text, found: rule([parseSource(path, text)]).length }).not.toEqual({
          text,
          found: 0,
        })
      }
      for (const [path, text] of good) expect(rule([parseSource(path, text)])).toEqual([])
      expect(rule(sources.filter((source) => !source.path.startsWith('test/tidy')))).toEqual([])
    })
  }

  test('the project was read', () => {
    expect(sources.length).toBeGreaterThan(20)
    expect(sources.some((source) => source.imports.length > 3)).toBe(true)
  })
})
