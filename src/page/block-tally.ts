import type { SealedBlock } from '../ring/block-builder.ts'
import type { Tally } from './contract.ts'
import { addCell, emptyTally, zeroLevels } from './tally.ts'
import type { TextDictionary } from './text-dictionary.ts'
import { bufferOf, offsetOf } from './text-column.ts'

/** Counts the rows of a block: first by numbers in dense arrays, then into the tally's maps. */
export function tallyBlock(
  block: SealedBlock,
  facilities: TextDictionary,
  events: TextDictionary,
): Tally {
  const tally = emptyTally()
  tally.eventCount = block.rowCount
  const names = {
    facility: namesOf(block, facilities, block.facilityReference, block.facilityBytes),
    event: namesOf(block, events, block.eventReference, block.eventBytes),
  }
  addTotals(tally, block)
  addPairs(tally, block, { facilities, events, names })
  addMinutes(tally, block, facilities, names.facility)
  return tally
}

interface Numbered {
  readonly facilities: TextDictionary
  readonly events: TextDictionary
  readonly names: { readonly facility: readonly string[]; readonly event: readonly string[] }
}

function namesOf(
  block: SealedBlock,
  dictionary: TextDictionary,
  references: Uint32Array,
  lengths: Uint32Array,
): string[] {
  return Array.from({ length: dictionary.size }, (_, id) => {
    const row = dictionary.firsts[id] ?? 0
    const reference = references[row] ?? 0
    const at = offsetOf(reference)
    const bytes = bufferOf(block, reference)
    return Buffer.from(bytes.buffer, bytes.byteOffset + at, lengths[row] ?? 0).toString()
  })
}

function addTotals(tally: Tally, block: SealedBlock): void {
  const { timestampMs, receivedMs, level, rowCount } = block
  let min = Infinity
  let max = -Infinity
  let receivedMin = Infinity
  let receivedMax = -Infinity
  const levels = new Uint32Array(8)
  for (let row = 0; row < rowCount; row++) {
    const time = timestampMs[row] ?? 0
    const received = receivedMs[row] ?? 0
    const at = (level[row] ?? 0) & 7
    if (time < min) min = time
    if (time > max) max = time
    if (received < receivedMin) receivedMin = received
    if (received > receivedMax) receivedMax = received
    levels[at] = (levels[at] ?? 0) + 1
  }
  tally.levels.splice(0, 8, ...levels)
  tally.timestampMinMs = min
  tally.timestampMaxMs = max
  tally.receivedMinMs = receivedMin
  tally.receivedMaxMs = receivedMax
}

/** Numbers pairs of two ids by first appearance: a dense table if it is small, a map otherwise. */
class Pairs {
  readonly firsts: Float64Array
  size = 0
  readonly #width: number
  readonly #dense: Uint16Array | null
  readonly #sparse = new Map<number, number>()

  constructor(height: number, width: number, rowCount: number) {
    this.#width = width
    this.#dense = height * width <= 0x4_0000 ? new Uint16Array(height * width) : null
    this.firsts = new Float64Array(rowCount)
  }

  /** At most 65,535 pairs fit the table: a block has fewer rows. */
  number(a: number, b: number): number {
    const key = a * this.#width + b
    const known = this.#dense === null ? (this.#sparse.get(key) ?? 0) : (this.#dense[key] ?? 0)
    if (known > 0) return known - 1
    this.firsts[this.size++] = key
    if (this.#dense === null) this.#sparse.set(key, this.size)
    else this.#dense[key] = this.size
    return this.size - 1
  }
}

function addPairs(tally: Tally, block: SealedBlock, numbered: Numbered): void {
  const { facilities, events, names } = numbered
  const { rowCount, level, timestampMs } = block
  const pairs = new Pairs(facilities.size, events.size, rowCount)
  const capacity = Math.min(rowCount, facilities.size * events.size)
  const counts = new Uint32Array(capacity * 8)
  const firsts = new Float64Array(capacity).fill(Infinity)
  const lasts = new Float64Array(capacity).fill(-Infinity)
  for (let row = 0; row < rowCount; row++) {
    const pair = pairs.number(facilities.ids[row] ?? 0, events.ids[row] ?? 0)
    const at = pair * 8 + ((level[row] ?? 0) & 7)
    const time = timestampMs[row] ?? 0
    counts[at] = (counts[at] ?? 0) + 1
    if (time < (firsts[pair] ?? 0)) firsts[pair] = time
    if (time > (lasts[pair] ?? 0)) lasts[pair] = time
  }
  for (let pair = 0; pair < pairs.size; pair++) {
    const key = pairs.firsts[pair] ?? 0
    const facility = names.facility[Math.floor(key / events.size)] ?? ''
    const known = tally.facilities.get(facility) ?? new Map()
    tally.facilities.set(facility, known)
    known.set(names.event[key % events.size] ?? '', {
      levels: [...counts.subarray(pair * 8, pair * 8 + 8)],
      firstMs: firsts[pair] ?? 0,
      lastMs: lasts[pair] ?? 0,
    })
  }
}

const minuteMs = 60_000
/** Minutes of event time that are counted densely; events further apart go through a map. */
const denseMinutesMax = 4096

function addMinutes(
  tally: Tally,
  block: SealedBlock,
  facilities: TextDictionary,
  names: readonly string[],
): void {
  const { rowCount, level, timestampMs } = block
  if (rowCount === 0) return
  const first = Math.floor(tally.timestampMinMs / minuteMs)
  const span = Math.floor(tally.timestampMaxMs / minuteMs) - first + 1
  if (span > denseMinutesMax || span * facilities.size > 0x4_0000) {
    for (let row = 0; row < rowCount; row++) {
      const levels = zeroLevels()
      levels[level[row] ?? 0] = 1
      const minute = Math.floor((timestampMs[row] ?? 0) / minuteMs)
      addCell(tally, minute, names[facilities.ids[row] ?? 0] ?? '', levels)
    }
    return
  }
  const pairs = new Pairs(span, facilities.size, rowCount)
  const counts = new Uint32Array(Math.min(rowCount, span * facilities.size) * 8)
  for (let row = 0; row < rowCount; row++) {
    const minute = Math.floor((timestampMs[row] ?? 0) / minuteMs) - first
    const at = pairs.number(minute, facilities.ids[row] ?? 0) * 8 + ((level[row] ?? 0) & 7)
    counts[at] = (counts[at] ?? 0) + 1
  }
  for (let pair = 0; pair < pairs.size; pair++) {
    const key = pairs.firsts[pair] ?? 0
    const minute = first + Math.floor(key / facilities.size)
    const levels = [...counts.subarray(pair * 8, pair * 8 + 8)]
    addCell(tally, minute, names[key % facilities.size] ?? '', levels)
  }
}
