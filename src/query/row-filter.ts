import { matchesFacility } from '../event/facility-pattern.ts'
import type { BlockEntry, OpenBlock, TextValues } from '../page/contract.ts'
import type { EventFilter } from './contract.ts'

/** An EventFilter made ready to be applied to blocks. */
export class RowFilter {
  readonly #facility: readonly Buffer[] | null
  readonly #readable: readonly string[] | null
  readonly #event: readonly Buffer[] | null
  /** Bit n set: level n passes. */
  readonly #levels: number

  constructor(filter: EventFilter) {
    this.#facility = filter.facility?.map((text) => Buffer.from(text)) ?? null
    this.#readable = filter.readable ?? null
    this.#event = filter.event?.map((text) => Buffer.from(text)) ?? null
    this.#levels = filter.level?.reduce((bits, level) => bits | (1 << level), 0) ?? allLevels
  }

  /** Whether a block can hold a row that passes, by what the directory says of it. */
  mayPass(entry: BlockEntry): boolean {
    return (entry.levels & this.#levels) !== 0
  }

  /** The rows that pass, ascending; null: all of them. Decompresses only the columns it asks about. */
  rowsOf(block: OpenBlock, entry: BlockEntry): Uint16Array | null {
    let rows: Uint16Array | null = null
    if ((entry.levels & ~this.#levels) !== 0) rows = this.#byLevel(block)
    if (this.#facility !== null && rows?.length !== 0) {
      rows = byText(block.facility(), isOneOf(this.#facility), rows, block.rowCount)
    }
    if (this.#readable !== null && rows?.length !== 0) {
      const patterns = this.#readable
      const isReadable = (text: Uint8Array): boolean => {
        return matchesFacility(patterns, Buffer.from(text).toString())
      }
      rows = byText(block.facility(), isReadable, rows, block.rowCount)
    }
    if (this.#event !== null && rows?.length !== 0) {
      rows = byText(block.event(), isOneOf(this.#event), rows, block.rowCount)
    }
    return rows
  }

  #byLevel(block: OpenBlock): Uint16Array {
    const level = block.level()
    const rows = new Uint16Array(block.rowCount)
    let count = 0
    for (let row = 0; row < block.rowCount; row++) {
      if (((this.#levels >> (level[row] ?? 0)) & 1) === 1) rows[count++] = row
    }
    return rows.subarray(0, count)
  }
}

const allLevels = 0xff

function isOneOf(wanted: readonly Buffer[]): (text: Uint8Array) => boolean {
  return (text) => wanted.some((one) => one.equals(text))
}

/** Compares every text of the dictionary once, not that of every row. */
function byText(
  texts: TextValues,
  isWanted: (text: Uint8Array) => boolean,
  among: Uint16Array | null,
  rowCount: number,
): Uint16Array | null {
  const textCount = texts.offsets.length - 1
  const passes = new Uint8Array(textCount)
  let passing = 0
  for (let i = 0; i < textCount; i++) {
    const text = texts.bytes.subarray(texts.offsets[i] ?? 0, texts.offsets[i + 1] ?? 0)
    if (!isWanted(text)) continue
    passes[i] = 1
    passing++
  }
  if (passing === textCount) return among
  if (passing === 0) return new Uint16Array(0)
  const ids = texts.ids
  const rows = new Uint16Array(among?.length ?? rowCount)
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const row = among === null ? i : (among[i] ?? 0)
    if (passes[ids === null ? row : (ids[row] ?? 0)] === 1) rows[count++] = row
  }
  return rows.subarray(0, count)
}
