import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { crc32 } from 'node:zlib'
import type { JournalBatch } from '../../src/journal/contract.ts'
import {
  findFrame,
  frameBytes,
  frameHead,
  groupAlignment,
  readFrame,
  writeFrame,
} from '../../src/journal/frame.ts'
import { batchOf } from './journal-fixture.ts'

function written(batch: JournalBatch): Buffer {
  const bytes = Buffer.alloc(frameBytes(batch))
  expect(writeFrame(bytes, 0, batch)).toBe(bytes.length)
  return bytes
}

function read(bytes: Buffer, at = 0): JournalBatch {
  const found = readFrame(bytes, at)
  if (found.kind !== 'frame') throw new Error(`${found.kind} at ${at}`)
  return { ...found.batch, body: new Uint8Array(found.batch.body) }
}

const anyBatch: fc.Arbitrary<JournalBatch> = fc.record({
  sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  receivedMs: fc.integer({ min: 0, max: 253_402_300_799_999 }),
  form: fc.record({
    format: fc.constantFrom('json' as const, 'msgpack' as const, 'own' as const),
    encoding: fc.constantFrom(
      'identity' as const,
      'gzip' as const,
      'zstd' as const,
      'deflate' as const,
      'br' as const,
    ),
    strict: fc.boolean(),
  }),
  key: fc.option(fc.string({ minLength: 1, maxLength: 40, unit: 'binary' })),
  decodedBytes: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  accepted: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  rejected: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  decoderVersion: fc.integer({ min: 0, max: 65_535 }),
  body: fc.uint8Array({ maxLength: 500 }).map((bytes) => new Uint8Array(bytes)),
})
const anySpan = fc.record({
  producer: fc.stringMatching(/^[0-9A-Za-z._:-]{1,64}$/),
  first: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  last: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
})

describe('a frame', () => {
  test('comes back as it was written, whole or as a head before its body', () => {
    fc.assert(
      fc.property(anyBatch, fc.option(anySpan), (plain, span) => {
        const batch = span === null ? plain : { ...plain, span }
        const whole = written(batch)
        expect(read(whole)).toEqual(batch)
        expect(Buffer.concat([frameHead(batch), batch.body]).equals(whole)).toBe(true)
      }),
      { verbose: 1 },
    )
  })

  test('has these bytes in version 1', () => {
    const frame = written(batchOf(7, { key: 'k-1', receivedMs: 1_763_814_896_789 }))
    expect(frame.toString('hex')).toBe(
      '4d424a31ab488fef3e00000001000002070000000000000095748fab9a01000011000000' +
        '0100000000000000010003006b2d317b226261746368223a377d',
    )
    expect(read(frame).key).toBe('k-1')
  })

  test('has these bytes in version 2, with a span', () => {
    const span = { producer: '4be1a90c7f22d310', first: 501, last: 1_000 }
    const frame = written(batchOf(7, { key: 'k-1', receivedMs: 1_763_814_896_789, span }))
    expect(frame.toString('hex')).toBe(
      '4d424a316eb3f70a5f00000002000006070000000000000095748fab9a01000011000000' +
        '0100000000000000010003006b2d31f501000000000000e80300000000000010' +
        '346265316139306337663232643331307b226261746368223a377d',
    )
    expect(read(frame)).toMatchObject({ key: 'k-1', span })
  })

  test('whose span passes its end, or that has a flag its version does not know, is bad', () => {
    const span = { producer: 'p', first: 1, last: 2 }
    const changed = (at: number, value: number): string => {
      const frame = written(batchOf(7, { span, body: new Uint8Array(0) }))
      frame[at] = value
      frame.writeUInt32LE(crc32(frame.subarray(8)), 4)
      return readFrame(frame, 0).kind
    }
    expect(changed(64, 1)).toBe('frame')
    expect(changed(64, 2)).toBe('bad')
    expect(changed(64, 0)).toBe('bad')
    expect(changed(12, 1)).toBe('bad')
  })

  test('may end anywhere before the next group: what is left of its block is padding', () => {
    for (let left = 1; left <= 8; left++) {
      const empty = frameBytes(batchOf(1, { body: new Uint8Array(0) }))
      const first = batchOf(1, { body: new Uint8Array(groupAlignment - empty - left) })
      const bytes = Buffer.concat([written(first), Buffer.alloc(left), written(batchOf(2))])
      const padding = readFrame(bytes, groupAlignment - left)
      expect(padding).toEqual({ kind: 'padding', end: groupAlignment })
      expect(read(bytes, groupAlignment).sequence).toBe(2)
    }
  })

  test('with any byte changed is not a frame, or of a newer version', () => {
    const frame = written(batchOf(3, { key: 'key' }))
    for (let at = 0; at < frame.length; at++) {
      const damaged = Buffer.from(frame)
      damaged[at] = (damaged[at] ?? 0) ^ 0x40
      expect(readFrame(damaged, 0).kind).toBe('bad')
    }
  })

  test('cut short anywhere is not a frame', () => {
    const frame = written(batchOf(3))
    for (let bytes = 1; bytes < frame.length; bytes++) {
      expect(readFrame(frame.subarray(0, bytes), 0).kind).toBe('bad')
    }
  })

  test('is found behind rubbish, and rubbish alone holds none', () => {
    const frame = written(batchOf(3))
    const rubbish = Buffer.from('MBJ1 is only the magic, MBJ1 again')
    expect(findFrame(Buffer.concat([rubbish, frame]), 0)).toBe(rubbish.length)
    expect(findFrame(rubbish, 0)).toBe(-1)
  })

  test('reading random bytes never throws and never goes past the end', () => {
    const head = written(batchOf(5)).subarray(0, 20)
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (tail, withHead) => {
        const bytes = Buffer.concat([withHead ? head : Buffer.alloc(0), tail])
        for (let at = 0; at < bytes.length; at += 7) {
          const found = readFrame(bytes, at)
          if (found.kind === 'frame') expect(found.end).toBeLessThanOrEqual(bytes.length)
        }
      }),
      { numRuns: 20_000, verbose: 1 },
    )
  })
})
