import { type Kind, kindCount } from '../event/kind.ts'
import { ByteSource } from './byte-source.ts'
import type { ColumnHead } from './decode-column.ts'
import {
  blockMagic,
  blockVersion,
  columnsMax,
  redactedBlockVersion,
  rowsMax,
  sectionBytesMax,
} from './format.ts'
import { type Piece, readPlace, type SectionPlace } from './section-reader.ts'

/** What the directory says of a column; its values are in its section. */
export interface ColumnEntry extends ColumnHead {
  readonly place: SectionPlace
  readonly filter: SectionPlace | null
  readonly min: number | null
  readonly max: number | null
}

/** A block's directory, read. Holds nothing of the block's bytes. */
export interface BlockHead {
  readonly minute: number
  readonly part: number
  readonly rowCount: number
  readonly columns: readonly ColumnEntry[]
  readonly restCount: number
  /** Timestamp, nanoseconds, received, level, facility, event. */
  readonly fixed: readonly (SectionPlace | null)[]
  readonly rest: SectionPlace
  /** The piece that short sections share. */
  readonly shared: Piece
  /** Of a block that has lost rows to a redaction: the numbers that its rows had and keep, ascending. */
  readonly rowNumbers: Uint16Array | null
}

const fields = 7
const pathNamesMax = 0x1_0000
const restMax = 0x100_0000

/** Of a block, or of so much of its beginning as the directory takes: then `total` is the block's bytes. Throws FormatError. */
export function readBlockHead(bytes: Uint8Array, total = bytes.length): BlockHead {
  const { source, version } = openDirectory(bytes)
  const length = version === redactedBlockVersion ? 15 : 14
  if (source.array(length) !== length) source.fail('an array of another length')
  const minute = source.count(Number.MAX_SAFE_INTEGER)
  const part = source.count(rowsMax - 1)
  const rowCount = source.count(rowsMax)
  const raw = source.count(sectionBytesMax)
  const stored = source.count(raw)
  const at = source.bytes.byteOffset - bytes.byteOffset + source.bytes.length
  const cursor = { own: at + stored, shared: 0 }
  const fixed = Array.from({ length: 6 }, () => (source.isNil() ? null : readPlace(source, cursor)))
  const columns = readColumns(source, rowCount, cursor)
  const restCount = source.count(restMax)
  const rest = readPlace(source, cursor)
  const rowNumbers = version === redactedBlockVersion ? readRowNumbers(source, rowCount) : null
  source.end()
  if (cursor.own !== total) source.fail(`${total} bytes instead of ${cursor.own}`)
  if (cursor.shared !== raw) source.fail('sections that do not fill the shared piece')
  const shared = { at, raw, stored }
  return { minute, part, rowCount, columns, restCount, fixed, rest, shared, rowNumbers }
}

function readRowNumbers(source: ByteSource, rowCount: number): Uint16Array {
  const bitmap = source.binary()
  if (bitmap.length > rowsMax >> 3) source.fail(`a bitmap of ${bitmap.length} bytes`)
  const rows = new Uint16Array(rowCount)
  let count = 0
  for (let row = 0; row < bitmap.length << 3; row++) {
    if ((((bitmap[row >> 3] ?? 0) >> (row & 7)) & 1) === 0) continue
    if (count < rowCount) rows[count] = row
    count++
  }
  return count === rowCount ? rows : source.fail(`${count} rows in the bitmap of ${rowCount}`)
}

function openDirectory(bytes: Uint8Array): { source: ByteSource; version: number } {
  const source = new ByteSource(bytes, 'block')
  for (const byte of blockMagic) if (source.u8() !== byte) source.fail('no block')
  const version = source.u8()
  if (version !== blockVersion && version !== redactedBlockVersion) {
    source.fail(`version ${version}`)
  }
  return { source: new ByteSource(source.take(source.u32()), 'block directory'), version }
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
