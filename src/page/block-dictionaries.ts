import { Kind } from '../event/kind.ts'
import type { SealedBlock, SealedColumn } from '../ring/block-builder.ts'
import { chunkEntries, type TextColumn } from './text-column.ts'
import { DictionaryBuilder, type TextDictionary } from './text-dictionary.ts'

/** The dictionaries of a block; of a column null where texts do not repeat or there are none. */
export interface BlockDictionaries {
  readonly facility: TextDictionary
  readonly event: TextDictionary
  /** One for each column of the block. */
  readonly columns: readonly (TextDictionary | null)[]
}

/** Numbers all texts of a block, walking all columns side by side. */
export function buildDictionaries(
  block: SealedBlock,
  facility: TextColumn,
  event: TextColumn,
): BlockDictionaries {
  // Facility and event never give up: they are counted by number.
  const facilities = new DictionaryBuilder(facility, false)
  const events = new DictionaryBuilder(event, false)
  const walks = block.columns.map((column) => (hasTexts(column) ? new Walk(block, column) : null))
  for (let row = 0; row < block.rowCount; row += chunkEntries) {
    const end = Math.min(row + chunkEntries, block.rowCount)
    facilities.advance(end)
    events.advance(end)
    for (const walk of walks) walk?.advance(end)
  }
  const columns = walks.map((walk) => walk?.builder.finish() ?? null)
  return { facility: never(facilities.finish()), event: never(events.finish()), columns }
}

export function hasTexts({ kind }: SealedColumn): boolean {
  return kind === Kind.Text || kind === Kind.Bytes || kind === Kind.Json || kind === Kind.Msgpack
}

export function textsOf(block: SealedBlock, column: SealedColumn): TextColumn {
  return { block, references: column.low, lengths: column.high, count: column.count }
}

/** A column that is walked by rows, which not all have an entry. */
class Walk {
  readonly builder: DictionaryBuilder
  readonly #column: SealedColumn
  #entry = 0

  constructor(block: SealedBlock, column: SealedColumn) {
    this.builder = new DictionaryBuilder(textsOf(block, column), true)
    this.#column = column
  }

  /** Goes on to the last entry before row `end`. */
  advance(end: number): void {
    const { rows, count } = this.#column
    let entry = this.#entry
    while (entry < count && (rows[entry] ?? 0) < end) entry++
    this.#entry = entry
    this.builder.advance(entry)
  }
}

function never(dictionary: TextDictionary | null): TextDictionary {
  if (dictionary === null) throw new Error('a dictionary that must not give up has given up')
  return dictionary
}
