import { Kind } from '../event/kind.ts'
import { type BlockHead, type ColumnEntry, readBlockHead } from './block-head.ts'
import {
  type BlockSections,
  needed,
  type SectionName,
  StoredSections,
  whereOf,
} from './block-sections.ts'
import { ByteSource } from './byte-source.ts'
import type {
  ColumnValues,
  OpenBlock,
  RestValue,
  StoredAddresses,
  StoredFilter,
  StoredUuids,
  TextValues,
} from './contract.ts'
import { decodeColumn } from './decode-column.ts'
import { decodeBytes, decodeNumbers } from './decode-numbers.ts'
import { decodeText } from './decode-text.ts'
import { Presence, TextCode } from './format.ts'
import { PickedRows } from './picked-rows.ts'
import { decodeRows } from './presence.ts'
import { decodeRest } from './rest.ts'
import type { SectionPlace } from './section-reader.ts'
import { mayHold, readFilter } from './token-filter.ts'
import { readUuids } from './uuid.ts'

/** Opens a block; it keeps `bytes` and reads its sections from them. Throws FormatError, later too. */
export function openBlock(bytes: Uint8Array): BlockReader {
  const head = readBlockHead(bytes)
  return new BlockReader(head, new StoredSections(bytes, head))
}

export class BlockReader implements OpenBlock {
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly rowNumbers: Uint16Array | undefined
  readonly columns: readonly ColumnEntry[]
  readonly restCount: number
  /** Timestamp, nanoseconds, received, level, facility, event. */
  readonly fixed: readonly (SectionPlace | null)[]
  readonly #head: BlockHead
  readonly #sections: BlockSections

  constructor(head: BlockHead, sections: BlockSections) {
    this.minute = head.minute
    this.part = head.part
    this.rowCount = head.rowCount
    this.rowNumbers = head.rowNumbers ?? undefined
    this.columns = head.columns
    this.restCount = head.restCount
    this.fixed = head.fixed
    this.#head = head
    this.#sections = sections
  }

  timestampMs(): Float64Array {
    return this.#numbers(0)
  }

  timestampNanos(): Uint32Array | null {
    if (this.fixed[1] === null) return null
    return new Uint32Array(this.#numbers(1))
  }

  receivedMs(): Float64Array {
    return this.#numbers(2)
  }

  level(): Uint8Array {
    const source = this.#open({ of: 'fixed', index: 3 })
    const values = decodeBytes(source, this.rowCount)
    source.end()
    return values
  }

  facility(): TextValues {
    return this.#text(4)
  }

  event(): TextValues {
    return this.#text(5)
  }

  column(index: number): ColumnValues {
    const source = this.#open({ of: 'column', index })
    const entry = this.columns[index]
    if (entry === undefined) return source.fail('no such column')
    const values = decodeColumn(source, entry, this.rowCount)
    source.end()
    return values
  }

  /**
   * False: no entry of the column is `text`, nor holds all its words (runs of ASCII letters and digits, in any
   * case). True says nothing. Reads the column's filter alone.
   */
  mayHold(index: number, text: string): boolean {
    if ((this.columns[index]?.filter ?? null) === null) return true
    return mayHold(this.#open({ of: 'filter', index }), text)
  }

  filter(index: number): StoredFilter | null {
    if ((this.columns[index]?.filter ?? null) === null) return null
    return readFilter(this.#open({ of: 'filter', index }))
  }

  uuids(index: number): StoredUuids | null {
    const entry = this.columns[index]
    if (entry === undefined || this.filter(index)?.items !== 'uuids') return null
    const source = this.#open({ of: 'column', index })
    const rows = decodeRows(source, entry.count, this.rowCount)
    if (source.u8() !== TextCode.Uuid) source.fail('a filter of UUIDs, and none')
    return { rows, ...readUuids(source, entry.count) }
  }

  addresses(index: number): StoredAddresses | null {
    const { kind, count = 0 } = this.columns[index] ?? {}
    if (kind !== Kind.Text || count !== this.rowCount) return null
    const source = this.#open({ of: 'column', index })
    if (source.u8() !== Presence.All || source.u8() !== TextCode.Ipv4) return null
    return { count, planes: source.take(count * 4) }
  }

  rest(): readonly RestValue[] {
    if (this.restCount === 0) return []
    const source = this.#open({ of: 'rest' })
    if (this.restCount > source.bytes.length) source.fail(`${this.restCount} members`)
    const members = decodeRest(source, this.restCount, this.rowCount)
    source.end()
    return members
  }

  select(rows: Uint16Array): OpenBlock {
    return new PickedRows(this.#head, this.#sections, rows)
  }

  #numbers(index: number): Float64Array {
    const source = this.#open({ of: 'fixed', index })
    const values = decodeNumbers(source, this.rowCount)
    source.end()
    return values
  }

  #text(index: number): TextValues {
    const source = this.#open({ of: 'fixed', index })
    const values = decodeText(source, this.rowCount)
    source.end()
    return values
  }

  #open(name: SectionName): ByteSource {
    return new ByteSource(needed(this.#sections, name), whereOf(name))
  }
}
