import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Packr } from 'msgpackr'
import { counterOf } from '../../src/web/views/explore/export-count.ts'
import type { ExportFormat } from '../../src/web/views/explore/export-events.ts'

const packr = new Packr({ useRecords: false, useBigIntExtension: true })

/** What is counted of bytes that come in parts, cut at these shares of what is left. */
function counted(format: ExportFormat, bytes: Uint8Array, cuts: readonly number[]): number {
  const counter = counterOf(format)
  let rest = bytes
  for (const cut of cuts) {
    const at = Math.floor(rest.length * cut)
    counter.push(rest.subarray(0, at))
    rest = rest.subarray(at)
  }
  for (const byte of rest) counter.push(Uint8Array.of(byte))
  return counter.count
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 })
const texts = fc.string({ unit: fc.constantFrom('a', '"', '\n', ',', '\r', 'é'), maxLength: 12 })
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('the events of an export are counted while they come, wherever the bytes are cut', () => {
  test('in NDJSON', () => {
    fc.assert(
      fc.property(fc.array(texts), cuts, (events, at) => {
        const text = events.map((event) => `${JSON.stringify({ event })}\n`).join('')
        return counted('ndjson', utf8(text), at) === events.length
      }),
    )
  })

  test('in CSV, whose texts may have lines and quotes', () => {
    fc.assert(
      fc.property(fc.array(texts), cuts, (events, at) => {
        const rows = events.map((event) => `1,"${event.replaceAll('"', '""')}"\r\n`)
        return counted('csv', utf8(`id,event\r\n${rows.join('')}`), at) === events.length
      }),
    )
    expect(counted('csv', utf8(''), [])).toBe(0)
  })

  test('in msgpack, whatever the values', () => {
    const values = fc.anything({
      withDate: true,
      withBigInt: false,
      maxDepth: 3,
      values: [
        fc.integer(),
        fc.maxSafeInteger(),
        fc.double(),
        fc.boolean(),
        fc.constant(null),
        fc.string(),
        fc.constant('x'.repeat(300)),
        fc.constant('y'.repeat(70_000)),
        fc.constant(Array.from({ length: 20 }, () => 7)),
        fc.constant(new Uint8Array(300)),
        fc.constant(2n ** 63n),
        fc.constant(new Date('2026-11-22T12:00:00.123Z')),
      ],
    })
    fc.assert(
      fc.property(fc.array(values, { maxLength: 10 }), cuts, (events, at) => {
        const bytes = Buffer.concat(events.map((event) => packr.pack({ event })))
        return counted('msgpack', bytes, at) === events.length
      }),
      { numRuns: 60 },
    )
  })
})
