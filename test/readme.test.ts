import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { options } from '../src/config.ts'
import type { ServerUnderTest } from '../bench/server-under-test.ts'
import { startServer } from '../bench/server-under-test.ts'
import { readmePath, readOptionTable, renderOptionTable } from './readme/option-table.ts'

const readme = await Bun.file(readmePath).text()

/** What each `sh` block of the README must print, in their order. */
const answers: readonly (readonly RegExp[])[] = [
  [/"accepted":1,"duplicate":false,"minute":"20\d\d-\d\d-\d\dT\d\d:\d\dZ"/, /"rejected":\[\]/],
  [/"accepted":1/, /"rejectedCount":1/, /"index":1/],
  [/"minutes":\[\{/, /"events":2/, /"closedThrough":"/],
  [/^id,received,timestamp,facility,level,event,additional\r\n/, /checkout,warn,/, /mailer,info,/],
  [/^\{"id":"[0-9a-f]{16}".*"http":\{"method":"POST","status":504\}\}\}\n$/],
  [/"events":\[\{[^}]*"event":"payment authorisation timed out"/, /"scanned":/],
  [/"facility":"checkout","level":"warn","count":1,"p99\(duration_ms\)":15\d\d/],
]

/** The closing of a minute takes as long as the minute lasts. */
const closingLimitMs = 90_000

describe('the README', () => {
  const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')
  let server: ServerUnderTest

  beforeAll(async () => {
    await leaveMinuteEnd()
    server = await startServer()
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  test('has an answer here for each of its examples', () => {
    // Blocks with two commands answer for both of them.
    const commands = blocks.flatMap(commandsOf)
    expect(commands.length).toBe(answers.length)
  })

  test(
    'has examples that work as they are written',
    async () => {
      for (const [i, command] of blocks.flatMap(commandsOf).entries()) {
        const output = await shell(command.replaceAll('http://127.0.0.1:8420', server.url))
        for (const expected of answers[i] ?? []) expect(output).toMatch(expected)
      }
    },
    closingLimitMs,
  )

  test('names commands that package.json has', async () => {
    const { scripts } = await Bun.file(join(dirname(readmePath), 'package.json')).json()
    const named = [...readme.matchAll(/npx -y bun@1\.4\.5 run (\w+)/g)].map((match) => match[1])
    expect(named.length).toBeGreaterThanOrEqual(2)
    for (const name of named) expect(Object.keys(scripts)).toContain(String(name))
  })

  test('has the table of options that src/config.ts gives', () => {
    // When it differs: bun test/readme/option-table.ts writes it anew.
    expect(readOptionTable(readme)).toBe(renderOptionTable())
    expect(Object.keys(options).length).toBeGreaterThan(10)
  })

  test('is joined by a page that gives a reason for each dependency', async () => {
    const root = dirname(readmePath)
    const manifest = await Bun.file(join(root, 'package.json')).json()
    const reasons = await Bun.file(join(root, 'docs/decisions/dependencies.md')).text()
    const named = [...reasons.matchAll(/^\| ([@a-z][\w@./-]*) \|/gm)].map((match) => match[1] ?? '')
    const installed = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
    const wanted = installed.map(([name]) => name)
    expect(named.filter((name) => name !== 'package').toSorted()).toEqual(wanted.toSorted())
    for (const [, version] of installed) expect(String(version)).toMatch(/^\d+\.\d+\.\d+$/)
  })

  for (const path of [
    'README.md',
    'CONTRIBUTING.md',
    'docs/ARCHITECTURE.md',
    'docs/OPERATIONS.md',
  ]) {
    test(`${path} links to files that exist`, async () => {
      const file = join(dirname(readmePath), path)
      const text = await Bun.file(file).text()
      const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? '')
      const missing = links.filter((link) => !existsSync(join(dirname(file), link)))
      expect(missing).toEqual([])
    })
  }
})

/** Commands of a block; a line that ends in `\`, `|` or inside quotes goes on. */
function commandsOf(block: string): string[] {
  return block.split(/^(?=curl|printf)/m).map((command) => command.trim())
}

async function shell(command: string): Promise<string> {
  const child = Bun.spawn(['sh', '-euc', command], { stdout: 'pipe', stderr: 'inherit' })
  const output = await new Response(child.stdout).text()
  expect(await child.exited).toBe(0)
  return output
}

/** The two batches of the examples are to lie on one page, so they must not straddle a minute's end. */
async function leaveMinuteEnd(): Promise<void> {
  const leftMs = 60_000 - (Date.now() % 60_000)
  if (leftMs < 3_000) await Bun.sleep(leftMs + 50)
}
