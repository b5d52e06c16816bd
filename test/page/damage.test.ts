import { expect, test } from 'bun:test'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import { decodeDirectory, encodeDirectory } from '../../src/page/directory.ts'
import { FormatError } from '../../src/page/format-error.ts'
import { decodeSummary, encodeSummary } from '../../src/page/summary.ts'
import { decodeTally } from '../../src/page/tally-decoder.ts'
import { encodeTally } from '../../src/page/tally-encoder.ts'
import { builderOf, type TypedEvent } from '../query/typed-event.ts'
import { plainBlock } from './plain-block.ts'
import { makeRandom, shapedEvents } from './shaped-events.ts'
import { someSummary } from './some-summary.ts'

/*
 * Damaged bytes give a FormatError, or other values than were written: never another error, a hang or a
 * huge allocation. The digests tell that values are wrong; this tests that the readers stand it.
 */

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000)
const random = makeRandom(seed)

/** Opens, and says whether it was refused; any other error fails the test. */
function isRefused(read: () => unknown): boolean {
  try {
    read()
    return false
  } catch (error) {
    if (error instanceof FormatError) return true
    throw error
  }
}

function flipped(bytes: Uint8Array): Uint8Array {
  const damaged = bytes.slice()
  for (let flips = 1 + (random() % 3); flips > 0; flips--) {
    // Half of the flips hit the first bytes, where the lengths are.
    const reach = random() % 2 === 0 ? Math.min(600, damaged.length) : damaged.length
    const at = random() % reach
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (random() % 8))
  }
  return damaged
}

function damage(bytes: Uint8Array, turns: number, read: (damaged: Uint8Array) => unknown): number {
  let refused = 0
  for (let turn = 0; turn < turns; turn++) {
    if (isRefused(() => read(flipped(bytes)))) refused++
  }
  return refused
}

const encoded = (events: readonly TypedEvent[]) =>
  encodeBlock(29_000_000, 1, builderOf(events).detach())

function readBlock(bytes: Uint8Array): void {
  const open = openBlock(bytes)
  plainBlock(open)
  for (let index = 0; index < open.columns.length; index++) open.mayHold(index, 'some words 7')
}

test(`flipped bits of blocks (FUZZ_SEED=${seed})`, () => {
  const before = process.memoryUsage().rss
  expect(damage(encoded(shapedEvents(1, 1)).bytes, 4000, readBlock)).toBeGreaterThan(100)
  expect(damage(encoded(shapedEvents(80, 2)).bytes, 1500, readBlock)).toBeGreaterThan(100)
  expect(damage(encoded(shapedEvents(1200, 3)).bytes, 150, readBlock)).toBeGreaterThan(10)
  expect(process.memoryUsage().rss - before).toBeLessThan(600 * 2 ** 20)
})

test('blocks cut short anywhere are refused', () => {
  const { bytes } = encoded(shapedEvents(70, 4))
  for (let end = 0; end < bytes.length; end += 1 + (end >> 5)) {
    expect(isRefused(() => openBlock(bytes.subarray(0, end)))).toBe(true)
  }
  expect(isRefused(() => openBlock(Buffer.concat([bytes, Buffer.alloc(1)])))).toBe(true)
})

test('an error says what is wrong and where', () => {
  const { bytes } = encoded(shapedEvents(1, 5))
  const newer = bytes.slice()
  newer[3] = 9
  expect(() => openBlock(newer)).toThrow('version 9 at byte 4 of the block')
})

test(`flipped bits and cuts of directories, summaries and tallies (FUZZ_SEED=${seed})`, () => {
  const { entry, tally } = encoded(shapedEvents(300, 6))
  const directory = encodeDirectory(5, [entry, { ...entry, part: 2 }])
  const cases: readonly [Uint8Array, (bytes: Uint8Array) => unknown][] = [
    [directory, decodeDirectory],
    [encodeSummary(someSummary), decodeSummary],
    [encodeTally(tally), decodeTally],
  ]
  for (const [bytes, decode] of cases) {
    expect(damage(bytes, 3000, decode)).toBeGreaterThan(100)
    for (let end = 0; end < bytes.length; end++) {
      expect(isRefused(() => decode(bytes.subarray(0, end)))).toBe(true)
    }
  }
})
