import { describe, expect, test } from 'bun:test'
import { unpack } from 'msgpackr'
import type { AnswerFormat } from '../../../src/query/contract.ts'
import { type Cell, type Table, writeTable } from '../../../src/query/table/table-writer.ts'
import { countingMeter, KeepingSink } from '../search/work-fixture.ts'

const table: Table = {
  before: { from: '2026-11-22T12:00:00.000Z', by: ['user "id"'] },
  columns: ['time', 'user "id"', 'count'],
  rows: [
    ['2026-11-22T12:00:00.000Z', 'a,"b"\r\nc', 3],
    [null, 18_446_744_073_709_551_615n, 0.5],
    [true, '', -0],
  ],
  after: { source: 'scan', tookMs: 1.5 },
}

async function written(format: AnswerFormat, what = table): Promise<KeepingSink> {
  const sink = new KeepingSink()
  await writeTable(what, { format, meter: countingMeter(), sink })
  return sink
}

describe('a table', () => {
  test('in JSON is a document around its rows, with every digit of an integer', async () => {
    const text = (await written('json')).text()
    expect(JSON.parse(text)).toMatchObject({ ...table.before, ...table.after })
    expect(text).toContain('"user \\"id\\"":18446744073709551615,"count":0.5}')
    expect(JSON.parse(text).rows[0]).toEqual({
      time: '2026-11-22T12:00:00.000Z',
      'user "id"': 'a,"b"\r\nc',
      count: 3,
    })
  })

  test('in JSON without rows, and without members before them', async () => {
    const empty = { ...table, before: {}, rows: [] }
    expect((await written('json', empty)).text()).toBe('{"rows":[],"source":"scan","tookMs":1.5}')
  })

  test('in msgpack is a map with the same members', async () => {
    const found: unknown = unpack((await written('msgpack')).bytes())
    expect(found).toEqual({
      ...table.before,
      rows: table.rows.map((row) =>
        Object.fromEntries(table.columns.map((name, i) => [name, row[i] === 0 ? 0 : row[i]])),
      ),
      ...table.after,
    })
  })

  test('in NDJSON is one row a line', async () => {
    const lines = (await written('ndjson')).text().split('\n')
    expect(lines).toHaveLength(4)
    expect(lines[1]).toBe('{"time":null,"user \\"id\\"":18446744073709551615,"count":0.5}')
  })

  test('in CSV has a line of names, and quotes what needs it', async () => {
    expect((await written('csv')).text()).toBe(
      [
        'time,"user ""id""",count',
        '2026-11-22T12:00:00.000Z,"a,""b""\r\nc",3',
        ',18446744073709551615,0.5',
        'true,,0',
        '',
      ].join('\r\n'),
    )
  })

  test('of many rows goes out in chunks of bounded size', async () => {
    const rows = Array.from({ length: 50_000 }, (_, i): Cell[] => [i, `user ${i}`, i / 3])
    const sink = await written('json', { ...table, rows })
    expect(JSON.parse(sink.text()).rows).toHaveLength(50_000)
    expect(sink.chunks.length).toBeGreaterThan(5)
    for (const chunk of sink.chunks) expect(chunk.length).toBeLessThan(512 * 1024)
  })
})
