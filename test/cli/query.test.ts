import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { levelNames } from '../../src/event/level.ts'
import type { MinutebookServer } from '../../src/server.ts'
import { post } from '../server/ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'
import { runCli, runOnTerminal, runShell } from './run-cli.ts'

const data = tempDirectory()
let server: MinutebookServer
let url: string

/** One event of each level, then many. */
const eventOf = (level: string, n: number) => ({
  facility: n % 2 === 0 ? 'shop' : 'mail',
  level,
  event: 'order placed',
  timestamp: `2026-11-22T12:34:0${n}.5Z`,
  additional: { n, note: 'a b\u001b[2J\u202e', http: { status: 200 + n } },
})

beforeAll(async () => {
  const clock = clockAt('2026-11-22T12:34:30Z')
  server = await startInProcess(data.path, clock)
  url = server.url
  const wide = JSON.stringify(levelNames.map(eventOf)).replaceAll(
    '"n":',
    '"wide":12345678901234567890,"n":',
  )
  await post(url, wide)
  const many = Array.from({ length: 20_000 }, (_, n) => ({
    facility: 'many',
    level: 'info',
    event: 'one of many',
    timestamp: '2026-11-22T12:33:00Z',
    additional: { n },
  }))
  await post(url, JSON.stringify(many))
  pass(clock, minuteMs)
  await server.closeDue()
})
afterAll(async () => {
  await server.stop()
  data[Symbol.dispose]()
})

describe('minutebook query', () => {
  test('gives lines of JSON in a pipe: all that is found, as the API has it', async () => {
    const { code, out, err } = await runCli({ url }, 'query', 'facility:many', '--from', '-1h')
    expect([code, err]).toEqual([0, ''])
    expect(out.split('\n')).toHaveLength(20_001)
    const response = await fetch(`${url}/api/v1/eventqry/search?q=facility:many&from=-1h`, {
      headers: { accept: 'application/x-ndjson' },
    })
    expect(out).toBe(await response.text())
  })

  test('gives lines for people with --format pretty, times local or in UTC', async () => {
    const args = ['query', '--facility', 'shop', '--min-level', 'crit', '--format', 'pretty']
    const local = await runCli({ url }, ...args)
    const rest = String.raw`wide=12345678901234567890 n=2 note="a b\u001b[2J\u202e" http.status=202`
    const [first = ''] = local.out.split('\n')
    expect(first).toBe(`2026-11-22 18:04:02.500 crit   shop order placed  ${rest}`)
    expect(local.out.split('\n')).toHaveLength(3)
    const utc = await runCli({ url }, ...args, '--utc', '--order', 'asc')
    expect(utc.out).toStartWith('2026-11-22T12:34:00.500Z emerg  shop order placed  ')
  })

  test('gives CSV', async () => {
    const { out } = await runCli({ url }, 'query', '--level', 'warn', '--format', 'csv')
    const [head, row] = out.split('\r\n')
    expect(head).toBe('id,received,timestamp,facility,level,event,additional')
    expect(row).toContain(',shop,warn,order placed,')
  })

  test('on a terminal it is pretty, coloured, and at most 100', async () => {
    const out = await runOnTerminal({ url, env: { TERM: 'xterm' } }, 'query', 'facility:many')
    if (out === null) return
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(101)
    expect(lines[0]).toContain('\u001b[32minfo  \u001b[0m many one of many')
    expect(lines[100]).toBe('there are more than 100; see --limit')
    const plain = await runOnTerminal({ url, env: { NO_COLOR: '1' } }, 'query', '--limit', '3')
    expect(plain).not.toContain('\u001b')
  })

  test('FORCE_COLOR gives colours to a pipe, without it there are none', async () => {
    const args = ['query', 'level:error', '--format', 'pretty']
    const forced = await runCli({ url, env: { FORCE_COLOR: '1' } }, ...args)
    expect(forced.out).toContain('\u001b[31merror \u001b[0m')
    expect((await runCli({ url }, ...args)).out).not.toContain('\u001b')
  })

  test('shows where a query cannot be read', async () => {
    const { code, out, err } = await runCli({ url }, 'query', 'facility:shop AND (n:1 OR')
    expect([code, out]).toEqual([2, ''])
    const [said, query, caret] = err.split('\n')
    expect(said).toMatch(/^minutebook query: .*; expected /)
    expect(query).toBe('  facility:shop AND (n:1 OR')
    expect(caret).toBe(`${' '.repeat(2 + 'facility:shop AND (n:1 OR'.length)}^`)
  })

  test('takes a query that begins with a dash', async () => {
    const { code, out } = await runCli({ url }, 'query', '-facility:many', '--limit', '100')
    expect([code, out.trim().split('\n').length]).toEqual([0, 8])
  })

  test('ends quietly when nobody reads on', async () => {
    const line = 'minutebook query | head -n 2; echo "${PIPESTATUS[0]}"'
    const { out, err } = await runShell({ url }, line)
    expect(err).toBe('')
    expect(out.trimEnd().split('\n')).toHaveLength(3)
    expect(out).toEndWith('}\n0\n')
  })

  test('shows a server its key', async () => {
    const seen: (string | null)[] = []
    using asked = Bun.serve({
      port: 0,
      fetch: ({ headers }) => {
        seen.push(headers.get('authorization'))
        return Response.json({ detail: 'unknown' }, { status: 401 })
      },
    })
    const other = { url: asked.url.href, env: { MINUTEBOOK_TOKEN: 'mb_secret' } }
    for (const command of ['query', 'stats', 'tail']) {
      const { code, err } = await runCli(other, command)
      expect([code, err]).toEqual([1, `minutebook ${command}: unknown\n`])
    }
    expect(seen).toEqual(['Bearer mb_secret', 'Bearer mb_secret', 'Bearer mb_secret'])
  })

  test('says what is wrong, with the exit code for it', async () => {
    const wrong: readonly (readonly [number, RegExp, ...string[]])[] = [
      [2, /there is no option --nope/, '--nope'],
      [2, /--from wants a value/, '--from'],
      [2, /--limit is a whole number/, '--limit', '0'],
      [2, /--format is pretty, ndjson, csv, not 'xml'/, '--format', 'xml'],
      [2, /--utc or --local/, '--utc', '--local'],
      [2, /--url must be/, '--url', 'ftp://x'],
      [2, /: --level is one of/, '--level', 'loud'],
      [2, /: --min-level is one of/, '--min-level', 'loud'],
      [2, /: --from is a time such as .*; not "yesterday"/, '--from', 'yesterday'],
      [1, /cannot be reached/, '--url', 'http://127.0.0.1:1'],
    ]
    for (const [code, said, ...args] of wrong) {
      const run = await runCli({ url }, 'query', ...args)
      expect({ args, code: run.code, out: run.out }).toEqual({ args, code, out: '' })
      expect(run.err).toMatch(said)
      expect(run.err).toStartWith('minutebook query: ')
    }
  }, 20_000)
})
