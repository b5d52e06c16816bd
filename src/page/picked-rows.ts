import type { BlockHead } from './block-head.ts'
import { type BlockSections, needed, type SectionName, whereOf } from './block-sections.ts'
import { ByteSource } from './byte-source.ts'
import type { ColumnFacts, ColumnValues, OpenBlock, RestValue, TextValues } from './contract.ts'
import { pickColumn } from './pick-column.ts'
import { pickNumbers } from './pick-numbers.ts'
import { pickText } from './pick-text.ts'
import { decodeRest } from './rest.ts'
import { pickRest } from './select-rows.ts'
import { mayHold } from './token-filter.ts'

/** Some rows of an encoded block: of what lies at a known place only their values are read. */
export class PickedRows implements OpenBlock {
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly rowNumbers: Uint16Array
  readonly columns: readonly ColumnFacts[]
  readonly restCount: number
  readonly #head: BlockHead
  readonly #sections: BlockSections
  readonly #rows: Uint16Array

  /** `rows`: ascending. */
  constructor(head: BlockHead, sections: BlockSections, rows: Uint16Array) {
    this.minute = head.minute
    this.part = head.part
    this.rowCount = rows.length
    const { rowNumbers } = head
    this.rowNumbers = rowNumbers === null ? rows : rows.map((row) => rowNumbers[row] ?? 0)
    this.#rows = rows
    this.columns = head.columns
    this.restCount = head.restCount
    this.#head = head
    this.#sections = sections
  }

  timestampMs(): Float64Array {
    return this.#numbers(0)
  }

  timestampNanos(): Uint32Array | null {
    if (this.#head.fixed[1] === null) return null
    return new Uint32Array(this.#numbers(1))
  }

  receivedMs(): Float64Array {
    return this.#numbers(2)
  }

  level(): Uint8Array {
    return new Uint8Array(this.#numbers(3))
  }

  facility(): TextValues {
    return this.#text(4)
  }

  event(): TextValues {
    return this.#text(5)
  }

  column(index: number): ColumnValues {
    const source = this.#open({ of: 'column', index })
    const entry = this.#head.columns[index]
    if (entry === undefined) return source.fail('no such column')
    const values = pickColumn(source, entry, {
      rowCount: this.#head.rowCount,
      rows: this.#rows,
    })
    source.end()
    return values
  }

  mayHold(index: number, text: string): boolean {
    if ((this.#head.columns[index]?.filter ?? null) === null) return true
    return mayHold(this.#open({ of: 'filter', index }), text)
  }

  rest(): readonly RestValue[] {
    if (this.restCount === 0) return []
    const source = this.#open({ of: 'rest' })
    if (this.restCount > source.bytes.length) source.fail(`${this.restCount} members`)
    const members = decodeRest(source, this.restCount, this.#head.rowCount)
    source.end()
    return pickRest(members, this.#rows)
  }

  #numbers(index: number): Float64Array {
    const source = this.#open({ of: 'fixed', index })
    const values = pickNumbers(source, this.#head.rowCount, this.#rows)
    source.end()
    return values
  }

  #text(index: number): TextValues {
    const source = this.#open({ of: 'fixed', index })
    const values = pickText(source, this.#head.rowCount, this.#rows)
    source.end()
    return values
  }

  #open(name: SectionName): ByteSource {
    return new ByteSource(needed(this.#sections, name), whereOf(name))
  }
}
