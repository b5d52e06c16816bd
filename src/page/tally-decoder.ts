import { ByteSource } from './byte-source.ts'
import type { EventTally, Tally } from './contract.ts'
import { readPiece } from './section-reader.ts'
import { SizedBitsSource } from './sized-bits.ts'
import { emptyTally, tallyCellsMax, zeroLevels } from './tally.ts'
import { nameEnd, tallyVersion } from './tally-encoder.ts'

const rawBytesMax = 128 * 2 ** 20

/** Reads what `encodeTally` writes; tally-encoder.ts says what is where. Throws FormatError. */
export function decodeTally(bytes: Uint8Array): Tally {
  const head = new ByteSource(bytes, 'tally')
  const version = head.u8()
  if (version !== tallyVersion) head.fail(`version ${version}`)
  const nameBytes = readSizes(head)
  const columnBytes = readSizes(head)
  const names = openPiece(head, nameBytes, 'names of a tally')
  const source = openPiece(head, columnBytes, 'columns of a tally')
  const bits = new ByteSource(head.take(head.left), 'bits of a tally')
  const facilities = readNames(names)
  const events = readNames(names)
  const tally = readTotals(source)
  const columns = { source, numbers: new SizedBitsSource(bits) }
  readPairs(columns, tally, facilities, events)
  readMinutes(columns, tally, facilities)
  for (const each of [names, source, bits]) each.end()
  return tally
}

function readSizes(head: ByteSource): { raw: number; stored: number } {
  const raw = head.varcount(rawBytesMax)
  return { raw, stored: head.varcount(Math.min(raw, head.left)) }
}

function openPiece(
  head: ByteSource,
  { raw, stored }: { raw: number; stored: number },
  where: string,
): ByteSource {
  const at = head.skip(stored)
  return new ByteSource(readPiece(head.bytes, { at, raw, stored }, where), where)
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
  for (let i = 0; i < count; i++) names.push(source.textUntil(nameEnd))
  return names
}

interface Columns {
  readonly source: ByteSource
  readonly numbers: SizedBitsSource
}

function readPairs(
  columns: Columns,
  tally: Tally,
  facilities: readonly string[],
  events: readonly string[],
): void {
  const { source } = columns
  const count = source.varcount(Math.min(source.left, tallyCellsMax))
  const sizes = facilities.map(() => source.varcount(count))
  const names = readEvents(source, events, count)
  const levels = readLevels(columns, count)
  const times = readNumbers(columns, count * 2)
  const pairs = levels.map((each, i): EventTally => {
    const firstMs = tally.timestampMinMs + (times[i * 2] ?? 0)
    return { levels: each, firstMs, lastMs: tally.timestampMaxMs - (times[i * 2 + 1] ?? 0) }
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

/** The event of each pair: 0 stands for the next one that has not come yet. */
function readEvents(source: ByteSource, events: readonly string[], count: number): string[] {
  let nextId = 0
  return Array.from({ length: count }, () => {
    const code = source.varcount(events.length)
    const id = code === 0 ? nextId++ : code - 1
    return events[id] ?? source.fail(`event ${id} of ${events.length}`)
  })
}

function readMinutes(columns: Columns, tally: Tally, facilities: readonly string[]): void {
  const { source } = columns
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
  const levels = readLevels(columns, cells)
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

function readLevels(columns: Columns, entryCount: number): number[][] {
  const masks = columns.source.take(entryCount)
  let count = 0
  for (const mask of masks) for (let bits = mask; bits > 0; bits &= bits - 1) count++
  const counts = readNumbers(columns, count)
  let at = 0
  return Array.from(masks, (mask) => {
    const levels = zeroLevels()
    for (let level = 0; level < 8; level++) {
      if (((mask >> level) & 1) === 1) levels[level] = counts[at++] ?? 0
    }
    return levels
  })
}

function readNumbers({ source, numbers }: Columns, count: number): number[] {
  return Array.from(source.take(count), (size) => numbers.take(size))
}
