import { type Kind, kindCount } from '../event/kind.ts'
import { ByteSource } from './byte-source.ts'
import type {
  ColumnValues,
  OpenBlock,
  RestValue,
  StoredFilter,
  StoredUuids,
  TextValues,
} from './contract.ts'
import { type ColumnHead, decodeColumn } from './decode-column.ts'
import { decodeNumbers } from './decode-numbers.ts'
import { decodeText } from './decode-text.ts'
import {
  blockMagic,
  blockVersion,
  columnsMax,
  rowsMax,
  sectionBytesMax,
  TextCode,
} from './format.ts'
import { FormatError } from './format-error.ts'
import { decodeRows } from './presence.ts'
import { decodeRest } from './rest.ts'
import { readPiece, readPieces, readPlace, type SectionPlace } from './section-reader.ts'
import { mayHold, readFilter } from './token-filter.ts'
import { readUuids } from './uuid.ts'

/** What the directory says of a column; its values are in its section. */
export interface ColumnEntry extends ColumnHead {
  readonly place: SectionPlace
  readonly filter: SectionPlace | null
  readonly min: number | null
  readonly max: number | null
}

const fields = 7
const pathNamesMax = 0x1_0000
const restMax = 0x100_0000

/** Opens a block; it keeps `bytes` and reads its sections from them. Throws FormatError, later too. */
export function openBlock(bytes: Uint8Array): BlockReader {
  return new BlockReader(bytes)
}

export class BlockReader implements OpenBlock {
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly columns: readonly ColumnEntry[]
  readonly restCount: number
  readonly #bytes: Uint8Array
  /** Timestamp, nanoseconds, received, level, facility, event. */
  readonly fixed: readonly (SectionPlace | null)[]
  readonly #rest: SectionPlace
  readonly #sharedAt: number
  readonly #sharedRaw: number
  readonly #sharedStored: number
  #shared: Uint8Array | null = null

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    const source = openDirectory(bytes)
    if (source.array(14) !== 14) source.fail('an array of another length')
    this.minute = source.count(Number.MAX_SAFE_INTEGER)
    this.part = source.count(rowsMax - 1)
    this.rowCount = source.count(rowsMax)
    this.#sharedRaw = source.count(sectionBytesMax)
    this.#sharedStored = source.count(this.#sharedRaw)
    this.#sharedAt = source.bytes.byteOffset - bytes.byteOffset + source.bytes.length
    const cursor = { own: this.#sharedAt + this.#sharedStored, shared: 0 }
    this.fixed = Array.from({ length: 6 }, () =>
      source.isNil() ? null : readPlace(source, cursor),
    )
    this.columns = readColumns(source, this.rowCount, cursor)
    this.restCount = source.count(restMax)
    this.#rest = readPlace(source, cursor)
    source.end()
    if (cursor.own !== bytes.length) source.fail(`${bytes.length} bytes instead of ${cursor.own}`)
    if (cursor.shared !== this.#sharedRaw) source.fail('sections that do not fill the shared piece')
  }

  timestampMs(): Float64Array {
    return this.#numbers(0, 'timestamps')
  }

  timestampNanos(): Uint32Array | null {
    if (this.fixed[1] === null) return null
    return Uint32Array.from(this.#numbers(1, 'nanoseconds'))
  }

  receivedMs(): Float64Array {
    return this.#numbers(2, 'times of receipt')
  }

  level(): Uint8Array {
    return Uint8Array.from(this.#numbers(3, 'levels'))
  }

  facility(): TextValues {
    return this.#text(4, 'facilities')
  }

  event(): TextValues {
    return this.#text(5, 'events')
  }

  column(index: number): ColumnValues {
    const entry = this.columns[index]
    if (entry === undefined) throw new RangeError(`no column ${index} of ${this.columns.length}`)
    const source = this.#open(entry.place, `column ${index}`)
    const values = decodeColumn(source, entry, this.rowCount)
    source.end()
    return values
  }

  /**
   * False: no entry of the column is `text`, nor holds all its words (runs of ASCII letters and digits, in any
   * case). True says nothing. Reads the column's filter alone.
   */
  mayHold(index: number, text: string): boolean {
    const filter = this.columns[index]?.filter ?? null
    return filter === null || mayHold(this.#open(filter, `filter of column ${index}`), text)
  }

  filter(index: number): StoredFilter | null {
    const place = this.columns[index]?.filter ?? null
    return place === null ? null : readFilter(this.#open(place, `filter of column ${index}`))
  }

  uuids(index: number): StoredUuids | null {
    const entry = this.columns[index]
    if (entry === undefined || this.filter(index)?.items !== 'uuids') return null
    const source = this.#open(entry.place, `column ${index}`)
    const rows = decodeRows(source, entry.count, this.rowCount)
    if (source.u8() !== TextCode.Uuid) source.fail('a filter of UUIDs, and none')
    return { rows, ...readUuids(source, entry.count) }
  }

  rest(): readonly RestValue[] {
    if (this.restCount === 0) return []
    const source = this.#open(this.#rest, 'rest')
    if (this.restCount > source.bytes.length) source.fail(`${this.restCount} members`)
    const members = decodeRest(source, this.restCount, this.rowCount)
    source.end()
    return members
  }

  #numbers(index: number, where: string): Float64Array {
    const source = this.#open(this.fixed[index] ?? null, where)
    const values = decodeNumbers(source, this.rowCount)
    source.end()
    return values
  }

  #text(index: number, where: string): TextValues {
    const source = this.#open(this.fixed[index] ?? null, where)
    const values = decodeText(source, this.rowCount)
    source.end()
    return values
  }

  #open(place: SectionPlace | null, where: string): ByteSource {
    if (place === null) throw new FormatError('a missing section', where, 0)
    if (place.pieces !== null) return new ByteSource(readPieces(this.#bytes, place, where), where)
    this.#shared ??= readPiece(
      this.#bytes,
      { at: this.#sharedAt, raw: this.#sharedRaw, stored: this.#sharedStored },
      'shared piece',
    )
    return new ByteSource(this.#shared.subarray(place.at, place.at + place.bytes), where)
  }
}

function openDirectory(bytes: Uint8Array): ByteSource {
  const source = new ByteSource(bytes, 'block')
  for (const byte of blockMagic) if (source.u8() !== byte) source.fail('no block')
  const version = source.u8()
  if (version !== blockVersion) source.fail(`version ${version}`)
  return new ByteSource(source.take(source.u32()), 'block directory')
}

function readColumns(
  source: ByteSource,
  rowCount: number,
  cursor: { own: number; shared: number },
): ColumnEntry[] {
  const total = source.array(columnsMax * fields)
  if (total % fields !== 0) source.fail(`${total} fields`)
  const columns: ColumnEntry[] = []
  for (let i = 0; i < total; i += fields) {
    columns.push({
      segments: readPath(source),
      kind: readKind(source),
      count: source.count(rowCount),
      place: readPlace(source, cursor),
      filter: source.isNil() ? null : readPlace(source, cursor),
      min: source.isNil() ? null : source.number(),
      max: source.isNil() ? null : source.number(),
    })
  }
  return columns
}

function readPath(source: ByteSource): string[] {
  if (!source.isArray()) return [source.text()]
  const names: string[] = []
  for (let left = source.array(pathNamesMax); left > 0; left--) names.push(source.text())
  return names
}

function readKind(source: ByteSource): Kind {
  // Every number from 0 to kindCount - 1 is a kind.
  return source.count(kindCount - 1) as Kind
}
