import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import { unpack } from 'msgpackr'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { decodeDirectory, encodeDirectory, verifyPage } from '../../src/page/directory.ts'
import { FormatError } from '../../src/page/format-error.ts'
import { decodeSummary, encodeSummary, linkOf } from '../../src/page/summary.ts'
import { encodeTally } from '../../src/page/tally-encoder.ts'
import { blocksOf } from '../../bench/sealed-events.ts'
import { makeGenerator } from '../../bench/events.ts'
import { builderOf } from '../query/typed-event.ts'
import { shapedEvents } from './shaped-events.ts'
import { someSummary } from './some-summary.ts'

describe('a summary', () => {
  test('comes back', () => {
    expect(decodeSummary(encodeSummary(someSummary))).toEqual(someSummary)
  })

  test('is plain msgpack', () => {
    const values: unknown = unpack(encodeSummary(someSummary))
    expect(values).toMatchObject({ 1: someSummary.minute, 2: 22_000, 8: -5 })
  })

  test('is chained by SHA-256 of link before, minute and digest', () => {
    const { previous, minute, digest } = someSummary
    const wide = Buffer.alloc(8)
    wide.writeBigUInt64BE(BigInt(minute))
    const expected = createHash('sha256').update(previous).update(wide).update(digest).digest()
    expect(Buffer.compare(linkOf(previous, minute, digest), expected)).toBe(0)
  })
})

describe('a directory', () => {
  const blocks = [0, 1, 2].map((part) =>
    encodeBlock(77, part, builderOf(shapedEvents(20 + part, part)).detach()),
  )
  const entries = blocks.map((block) => block.entry)
  const bytes = encodeDirectory(77, entries)

  test('comes back', () => {
    expect(decodeDirectory(bytes)).toEqual({ minute: 77, blocks: entries })
    expect(decodeDirectory(encodeDirectory(5, []))).toEqual({ minute: 5, blocks: [] })
  })

  test('sets a few timestamps far from the others apart', () => {
    const events = shapedEvents(500, 3).map((event, i) =>
      i % 200 === 7 ? { ...event, timestampMs: i * 1000 - 5 } : event,
    )
    const { entry } = encodeBlock(77, 0, builderOf(events).detach())
    const usual = events.map((event) => event.timestampMs).filter((time) => time > 1e12)
    expect(entry.usualTimes).toEqual({
      minMs: Math.min(...usual),
      maxMs: Math.max(...usual),
      outliersMs: [6995, 206_995, 406_995],
    })
    expect(decodeDirectory(encodeDirectory(77, [entry])).blocks).toEqual([entry])
    const spread = events.map((event, i) => ({ ...event, timestampMs: i * 60_000 }))
    expect(encodeBlock(77, 0, builderOf(spread).detach()).entry.usualTimes).toBeUndefined()
  })

  test('proves its blocks', () => {
    const parts = blocks.map((block) => block.bytes)
    const digest = createHash('sha256').update(bytes).digest()
    expect(Buffer.compare(verifyPage(bytes, parts), digest)).toBe(0)
    const [first = new Uint8Array(0), ...others] = parts
    const damaged = first.slice()
    damaged[damaged.length - 1] = (damaged.at(-1) ?? 0) ^ 1
    expect(() => verifyPage(bytes, [damaged, ...others])).toThrow(FormatError)
    expect(() => verifyPage(bytes, others)).toThrow(FormatError)
  })
})

test('a page of one event costs at most 600 bytes, and its tally 120', () => {
  const [builder] = blocksOf(makeGenerator().ndjsonBatch(0, 1), someSummary.receivedMinMs)
  if (builder === undefined) throw new Error('no block')
  const { bytes, entry, tally } = encodeBlock(someSummary.minute, 0, builder.detach())
  const page = bytes.length + encodeDirectory(someSummary.minute, [entry]).length
  const summary = encodeSummary({ ...someSummary, ...tally, bytes: page })
  expect(page + summary.length).toBeLessThanOrEqual(600)
  expect(encodeTally(tally).length).toBeLessThanOrEqual(120)
})
