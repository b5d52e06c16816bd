import { ByteSource } from './byte-source.ts'
import type { EventTally, Tally } from './contract.ts'
import { readPiece } from './section-reader.ts'
import { emptyTally, tallyCellsMax, zeroLevels } from './tally.ts'
import { tallyVersion } from './tally-encoder.ts'

const rawBytesMax = 128 * 2 ** 20

/** Reads what `encodeTally` writes; tally-encoder.ts says what is where. Throws FormatError. */
export function decodeTally(bytes: Uint8Array): Tally {
  const head = new ByteSource(bytes, 'tally')
  const version = head.u8()
  if (version !== tallyVersion) head.fail(`version ${version}`)
  const raw = head.varcount(rawBytesMax)
  if (head.left > raw) head.fail(`${head.left} bytes stored for ${raw}`)
  const source = new ByteSource(
    readPiece(bytes, { at: head.at, raw, stored: head.left }, 'tally'),
    'tally',
  )
  const tally = readTotals(source)
  const facilities = readNames(source)
  const events = readNames(source)
  readPairs(source, tally, facilities, events)
  readMinutes(source, tally, facilities)
  source.end()
  return tally
}

function readTotals(source: ByteSource): Tally {
  const tally = emptyTally()
  tally.eventCount = source.varint()
  for (let level = 0; level < 8; level++) tally.levels[level] = source.varint()
  tally.exact = source.u8() === 1
  tally.timestampMinMs = source.number()
  tally.timestampMaxMs = source.number()
  tally.receivedMinMs = source.number()
  tally.receivedMaxMs = source.number()
  return tally
}

function readNames(source: ByteSource): string[] {
  const count = source.varcount(source.left)
  const names: string[] = []
  for (let i = 0; i < count; i++) names.push(source.text())
  return names
}

function readPairs(
  source: ByteSource,
  tally: Tally,
  facilities: readonly string[],
  events: readonly string[],
): void {
  const count = source.varcount(Math.min(source.left, tallyCellsMax))
  const sizes = facilities.map(() => source.varcount(count))
  const names = Array.from({ length: count }, () => events[readId(source, events)] ?? '')
  const levels = readLevels(source, count)
  const pairs = levels.map((each): EventTally => {
    const firstMs = tally.timestampMinMs + source.varint()
    return { levels: each, firstMs, lastMs: tally.timestampMaxMs - source.varint() }
  })
  let at = 0
  for (const [index, size] of sizes.entries()) {
    if (size === 0) continue
    const own = new Map<string, EventTally>()
    for (const end = at + size; at < end; at++) {
      const pair = pairs[at]
      if (pair === undefined) source.fail('more pairs than there are')
      else own.set(names[at] ?? '', pair)
    }
    tally.facilities.set(facilities[index] ?? '', own)
  }
  if (at !== count) source.fail(`${at} pairs instead of ${count}`)
}

function readMinutes(source: ByteSource, tally: Tally, facilities: readonly string[]): void {
  const count = source.varcount(Math.min(source.left, tallyCellsMax))
  const sizes: [minute: number, size: number][] = []
  let minute = 0
  let cells = 0
  for (let i = 0; i < count; i++) {
    minute += source.number()
    const size = source.varcount(facilities.length)
    sizes.push([minute, size])
    cells += size
  }
  if (cells > tallyCellsMax) source.fail(`${cells} cells`)
  const names = Array.from({ length: cells }, () => facilities[readId(source, facilities)] ?? '')
  const levels = readLevels(source, cells)
  let at = 0
  for (const [each, size] of sizes) {
    const own = new Map<string, number[]>()
    for (const end = at + size; at < end; at++) own.set(names[at] ?? '', levels[at] ?? [])
    tally.eventTime.set(each, own)
  }
  tally.cells = cells
}

function readId(source: ByteSource, names: readonly string[]): number {
  return source.varcount(names.length - 1)
}

function readLevels(source: ByteSource, count: number): number[][] {
  const masks = source.take(count)
  return Array.from(masks, (mask) => {
    const levels = zeroLevels()
    for (let level = 0; level < 8; level++) {
      if (((mask >> level) & 1) === 1) levels[level] = source.varint()
    }
    return levels
  })
}
