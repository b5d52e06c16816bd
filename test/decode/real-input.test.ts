import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'bun:test'
import { pack } from 'msgpackr'
import { makeGenerator } from '../../bench/events.ts'
import { makeMsgpackDecoder } from '../../src/decode/msgpack.ts'
import { decodeBody, receivedMs } from './decode-body.ts'
import { ReferenceJson } from './reference-json.ts'
import { judge, type PlainEvent } from './reference-rules.ts'
import type { Plain } from './reference-value.ts'

const loghub = join(import.meta.dir, '../../../shared/data/loghub')
const files = existsSync(loghub)
  ? readdirSync(loghub).filter((name) => name.endsWith('.ndjson'))
  : []

function expectedOf(lines: readonly string[]): PlainEvent[] {
  return lines.map((line) => {
    const { event } = judge(ReferenceJson.whole(line), receivedMs)
    if (event === undefined) throw new Error(`refused: ${line}`)
    return event
  })
}

/** As JavaScript packs it: msgpackr writes whole numbers beyond 32 bits as float64. */
function asPacked(value: Plain): Plain {
  if (typeof value === 'string') {
    const whole = value.startsWith('integer ') ? Number(value.slice(8)) : 0
    return whole > 0xffff_ffff || whole < -0x8000_0000 ? `double ${whole}` : value
  }
  if (Array.isArray(value)) return value.map(asPacked)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asPacked(inner)]))
}

function compare(lines: readonly string[]): void {
  const expected = expectedOf(lines)
  expect(decodeBody(lines.join('\n')).events).toEqual(expected)
  expect(decodeBody(`[${lines.join(' ,\n')}]`, { stepBytes: 1000 }).events).toEqual(expected)
  const packed = new Uint8Array(pack(lines.map((line): unknown => JSON.parse(line))))
  expect(decodeBody(packed, { make: makeMsgpackDecoder, stepBytes: 5000 }).events).toEqual(
    expected.map((event) => ({ ...event, additional: asPacked(event.additional) })),
  )
}

describe('real input', () => {
  // The folder lies beside the repository; a clone elsewhere does without it, and says so here.
  const where = files.length === 0 ? ' (../shared/data/loghub is not here)' : ''
  test.skipIf(files.length === 0)(
    `Loghub decodes as JSON.parse reads it, in both formats${where}`,
    () => {
      for (const name of files) {
        const lines = readFileSync(join(loghub, name), 'utf8')
          .split('\n')
          .filter((line) => line !== '')
        expect(lines.length).toBeGreaterThan(100)
        compare(lines)
      }
    },
  )

  test("the benchmarks' generator writes the same events in every format", () => {
    const generator = makeGenerator(7)
    const lines = Array.from({ length: 2000 }, (_, i) => JSON.stringify(generator.event(1000 + i)))
    compare(lines)
    expect(new TextDecoder().decode(generator.ndjsonBatch(1000, 2000))).toBe(
      `${lines.join('\n')}\n`,
    )
    const packed = decodeBody(generator.msgpackBatch(1000, 2000), { make: makeMsgpackDecoder })
    expect(packed.events).toEqual(expectedOf(lines))
  })
})

describe('blocks', () => {
  test('any step and any size of blocks gives the same events', () => {
    const generator = makeGenerator(3)
    const body = generator.ndjsonBatch(0, 300)
    const { events } = decodeBody(body)
    for (const stepBytes of [1, 7, 346, 5000]) {
      for (const bytesMax of [1000, 20_000, 10_000_000]) {
        const blockLimits = { columnsMax: 9, pathsMax: 20, bytesMax }
        expect(decodeBody(body, { stepBytes, blockLimits }).events).toEqual(events)
      }
    }
  })

  test('more rows than a block has go to the next one', () => {
    const body = `{"facility":"f","level":1,"event":"e","additional":{"n":1}}`.repeat(70_000)
    expect(decodeBody(body).events).toHaveLength(70_000)
  })
})
