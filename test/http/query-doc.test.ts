import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { queryLimits } from '../../src/query/language/query-limits.ts'
import { statsLimits } from '../../src/query/stats/contract.ts'
import { runShell } from '../cli/run-cli.ts'
import { ClockedServer } from './clocked-server.ts'

const text = await Bun.file(join(import.meta.dir, '../../docs/QUERY.md')).text()

/** The commands of a section's `sh` blocks. */
function commandsOf(section: string): string[] {
  const start = text.indexOf(`\n## ${section}\n`)
  const end = text.indexOf('\n## ', start + 1)
  const blocks = text.slice(start, end < 0 ? undefined : end).matchAll(/^```sh\n([^]*?)^```$/gm)
  return [...blocks].flatMap(([, block = '']) => block.trim().split('\n'))
}

/** What each command must print; the live tail has a test of its own. */
const answers: Readonly<Record<string, readonly RegExp[]>> = {
  Search: [
    /^\{"events":\[\{"id":"01c894d2000000[0-9a-f]{2}".*"level":"error".*"next":null,"closedThrough":"2026-11-22T12:35Z"/,
    /^\{"events":\[\{"id":"01c894d200000000"/,
    /^timestamp,event,additional\r\n2026-11-22T12:34:\d\d\.\d{3}Z,request timed out,"\{""http"":\{""status"":504\}\}"\r\n/,
    /^$/,
  ],
  Context: [/^\{"id":"01c894d200000000","events":\[\{"id":"01c894d200000000".*01c894d200000002/],
  'The catalogue': [
    /"pairs":\[\{"facility":"checkout","event":"order placed","status":"new","count":20/,
    /"pairs":\[\{"facility":"checkout","event":"request timed out"/,
    /"pairs":\[\]/,
    /^facility,event,status,/,
  ],
  'Fields and values': [
    /"name":"duration_ms","events":30,"kinds":\{"number":30\},"min":0,"max":290,"distinct":\{"count":30,"exact":true\}/,
    /"values":\[\{"value":504,"count":10\}\]/,
  ],
  'The command line': [
    /^\{"id":"[0-9a-f]{16}".*"level":"error","event":"request timed out"/,
    /^timestamp,event,additional\r\n[^]*Z,order placed,"\{""user_id"":\d\}"\r\n/,
    /^\{"time":"2026-11-22T12:30:00.000Z","facility":"checkout","count":10\}$/m,
    /^http\.route +count +p99\(duration_ms\)\n\/api +30 +290\n/,
  ],
}

let server: ClockedServer
let directory: string

beforeAll(async () => {
  server = await ClockedServer.start()
  directory = await mkdtemp(join(tmpdir(), 'query-doc-'))
  const events = Array.from({ length: 30 }, (_, i) => ({
    facility: 'checkout',
    level: i % 3 === 2 ? 'error' : 'info',
    event: i % 3 === 2 ? 'request timed out' : 'order placed',
    timestamp: `2026-11-22T12:34:${String(10 + i)}Z`,
    additional: {
      user_id: i % 5,
      duration_ms: 10 * i,
      http: { route: '/api', status: i % 3 === 2 ? 504 : 200 },
    },
  }))
  await server.log(...events)
  await server.closeMinute()
  await server.closeMinute()
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await rm(directory, { recursive: true })
})

/** In a directory of its own, which `minutebook` must not be part of: it is a command there. */
async function run(command: string): Promise<string> {
  const line = command
    .replaceAll('http://127.0.0.1:8420', server.url)
    .replace(/^curl/, 'curl -sS --fail-with-body')
  const { code, out, err } = await runShell({ url: server.url }, `cd '${directory}' && ${line}`)
  expect({ command, code, err }).toEqual({ command, code: 0, err: '' })
  return out
}

describe('docs/QUERY.md', () => {
  for (const [section, expected] of Object.entries(answers)) {
    const commands = commandsOf(section)
    test(`has examples that work as they are written: ${section}`, async () => {
      expect(commands).toHaveLength(expected.length)
      for (const [i, command] of commands.entries()) {
        expect(await run(command)).toMatch(expected[i] ?? /never/)
      }
    })
  }

  test('has commands in no section that is not tried', () => {
    const tried = [...Object.keys(answers), 'Live tail'].flatMap(commandsOf)
    const all = [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) =>
      block.trim().split('\n'),
    )
    expect(tried.toSorted()).toEqual(all.toSorted())
  })

  test('links to headings that there are', () => {
    const headings = new Set(
      [...text.matchAll(/^#{2,3} (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^a-z0-9 -]/g, '')
          .replaceAll(' ', '-'),
      ),
    )
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = '']) => link)
    expect(links.length).toBeGreaterThan(10)
    expect(links.filter((link) => !headings.has(link))).toEqual([])
  })

  test('names the parameters and limits that there are', async () => {
    const document = await Bun.file(join(import.meta.dir, '../../openapi/openapi.json')).json()
    for (const resource of ['search', 'stats', 'fields', 'catalogue', 'tail']) {
      const { parameters } = document.paths[`/api/v1/eventqry/${resource}`].get
      for (const { name } of parameters) expect(text).toContain(name)
    }
    expect(text).toContain(`at most ${queryLimits.lengthMax.toLocaleString('en-US')} characters`)
    expect(text).toContain(`names up to ${statsLimits.byMax} fields`)
  })
})
