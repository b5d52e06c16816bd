import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { MinutebookServer } from '../../src/server.ts'
import { post } from '../server/ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'
import { runCli, runOnTerminal } from './run-cli.ts'

const data = tempDirectory()
let server: MinutebookServer
let url: string

beforeAll(async () => {
  const clock = clockAt('2026-11-22T12:34:30Z')
  server = await startInProcess(data.path, clock)
  url = server.url
  const events = Array.from({ length: 3_000 }, (_, n) => ({
    facility: n % 3 === 0 ? 'shop' : 'mail',
    level: n % 10 === 0 ? 'error' : 'info',
    event: 'order placed',
    timestamp: `2026-11-22T${n % 2 === 0 ? '11' : '12'}:30:00Z`,
    additional: { ms: n },
  }))
  await post(url, JSON.stringify(events))
  pass(clock, minuteMs)
  await server.closeDue()
})
afterAll(async () => {
  await server.stop()
  data[Symbol.dispose]()
})

const inTable = ['stats', '--format', 'table', '--by', 'facility', '--order', '-count']

describe('minutebook stats', () => {
  test('gives a row of JSON a line in a pipe', async () => {
    const { code, out, err } = await runCli({ url }, 'stats', '--by', 'facility', '--top', '1')
    expect([code, err]).toEqual([0, ''])
    expect(JSON.parse(out)).toEqual({ facility: 'mail', count: 2_000 })
  })

  test('gives CSV', async () => {
    const args = ['--by', 'facility,level', '--order', '-count', '--format', 'csv']
    const { out } = await runCli({ url }, 'stats', 'level:error', ...args)
    expect(out).toBe('facility,level,count\r\nmail,error,200\r\nshop,error,100\r\n')
  })

  test('gives a table, numbers to the right', async () => {
    const { out } = await runCli({ url }, ...inTable, '--agg', 'count,max(ms)', 'ms>=0')
    expect(out).toBe(
      ['facility  count  max(ms)', 'mail      2,000    2,999', 'shop      1,000    2,997', ''].join(
        '\n',
      ),
    )
  })

  test('gives the times of a table local or in UTC', async () => {
    const args = ['stats', '--every', '1h', '--from', '2026-11-22', '--format', 'table']
    const local = await runCli({ url }, ...args)
    expect(local.out).toMatch(/^time +count\n2026-11-22 16:30:00[.0]* +1,500\n/)
    const utc = await runCli({ url }, ...args, '--utc')
    expect(utc.out).toMatch(/^time +count\n2026-11-22T11:00:00[.0]*Z +1,500\n/)
  })

  test('gives a table on a terminal', async () => {
    const out = await runOnTerminal({ url, env: { TERM: 'xterm' } }, 'stats', '--by', 'facility')
    if (out === null) return
    expect(out).toStartWith('\u001b[1mfacility  count\u001b[0m\n')
  })

  test('says what is wrong, with the exit code for it', async () => {
    const wrong: readonly (readonly [number, RegExp, ...string[]])[] = [
      [2, /\n {2}level:\(\n {9}\^/, 'level:('],
      [2, /: --agg has "most\(x\)" at column 1; expected one of count, /, '--agg', 'most(x)'],
      [2, /: --to must not be earlier than from/, '--from', '-1h', '--to', '-2h'],
      [2, /--format is table, ndjson, csv/, '--format', 'pretty'],
      [2, /there is no option --limit/, '--limit', '3'],
    ]
    for (const [code, said, ...args] of wrong) {
      const run = await runCli({ url }, 'stats', ...args)
      expect({ args, code: run.code, out: run.out }).toEqual({ args, code, out: '' })
      expect(run.err).toMatch(said)
    }
  })
})
