import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { pack, Unpackr } from 'msgpackr'
import type { MinutebookServer } from '../../src/server.ts'
import { asList, asObject, type JsonObject } from '../http/json-object.ts'
import { readCsv } from '../query/read-csv.ts'
import { eventqry, getJson, post } from './ask.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from './in-process.ts'

/*
 * 20,000 real log lines of ten systems go in by every form and come back by every format, from the
 * minute, the hour and the day, equal to what was posted.
 */
const loghub = join(import.meta.dir, '../../../shared/data/loghub')
const absent = !existsSync(loghub)
if (absent) process.stderr.write(`${loghub} is not there: the Loghub events are not tested\n`)

const events: readonly JsonObject[] = absent ? [] : readLoghub()
const ndjson = events.map((event) => JSON.stringify(event)).join('\n')
const json = { 'content-type': 'application/json' }
const forms: readonly Form[] = [
  ['a JSON array', `[${ndjson.replaceAll('\n', ',')}]`, json],
  ['NDJSON', ndjson, { 'content-type': 'application/x-ndjson' }],
  ['msgpack', new Uint8Array(pack(events)), { 'content-type': 'application/msgpack' }],
  ['gzip', new Uint8Array(gzipSync(ndjson)), { ...json, 'content-encoding': 'gzip' }],
  ['zstd', new Uint8Array(Bun.zstdCompressSync(ndjson)), { ...json, 'content-encoding': 'zstd' }],
]
type Form = readonly [string, string | Uint8Array<ArrayBuffer>, Readonly<Record<string, string>>]

const scratch = tempDirectory()
let server: MinutebookServer

beforeAll(async () => {
  // Each form in a minute of its own, all in one hour.
  const clock = clockAt('2026-11-22T12:10:30Z')
  server = await startInProcess(scratch.path, clock)
  for (const [, body, headers] of forms) {
    if (absent) break
    const { status, body: answer } = await post(server.url, body, headers)
    expect([status, answer['accepted']]).toEqual([202, 20_000])
    pass(clock, minuteMs)
    await server.closeDue()
  }
}, 60_000)

afterAll(async () => {
  await server.stop()
  scratch[Symbol.dispose]()
})

const resources: readonly (readonly [string, string, number])[] = [
  ...forms.map(([name], i) => {
    return [`the minute posted as ${name}`, `minutes/2026-11-22T12:1${i}Z`, 1] as const
  }),
  ['the hour', 'hours/2026-11-22T12Z', forms.length],
  ['the day', 'days/2026-11-22', forms.length],
]

describe.skipIf(absent).each(resources)('%s', (_, path, times) => {
  test.each(['json', 'ndjson', 'msgpack', 'csv'] as const)(
    'as %s is what was posted',
    async (format) => {
      const response = await fetch(`${server.url}${eventqry}/${path}.${format}`)
      expect(response.status).toBe(200)
      const found = await readers[format](response)
      expect(found).toHaveLength(times * events.length)
      expect(new Set(found.map(({ id }) => id)).size).toBe(found.length)
      for (const [i, event] of found.entries()) {
        const { id, received, ...own } = event
        // One by one, so that a difference is told by its event and not by a list of 100,000.
        if (!Bun.deepEquals(own, events[i % events.length], true)) {
          expect([i, id, received, own]).toEqual([i, id, received, events[i % events.length]])
        }
      }
    },
  )
})

test.skipIf(absent)('the index counts them', async () => {
  const { totals } = await getJson(server.url, eventqry)
  expect(totals).toMatchObject({ events: forms.length * events.length, pages: forms.length })
})

/** Integers of 64 bits as numbers where a number holds them, as JSON.parse gives them. */
const unpackr = new Unpackr({ useRecords: false, int64AsType: 'number' })

const readers = {
  json: async (response: Response) =>
    asList(asObject(await response.json())['events']).map(asObject),
  ndjson: async (response: Response) => {
    const lines = (await response.text()).trimEnd().split('\n')
    return lines.map((line) => asObject(JSON.parse(line)))
  },
  msgpack: async (response: Response) => {
    return asList(unpackr.unpackMultiple(await response.bytes())).map(asObject)
  },
  csv: async (response: Response) => {
    const [header = [], ...rows] = readCsv(await response.text())
    return rows.map((row) => {
      const fields = Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))
      return asObject({ ...fields, additional: JSON.parse(fields['additional'] ?? '') })
    })
  },
}

function readLoghub(): JsonObject[] {
  const files = readdirSync(loghub).filter((name) => name.endsWith('.ndjson'))
  return files.toSorted().flatMap((name) => {
    const lines = readFileSync(join(loghub, name), 'utf8').trimEnd().split('\n')
    return lines.map((line) => asObject(JSON.parse(line)))
  })
}
