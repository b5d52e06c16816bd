import { Kind } from '../../src/event/kind.ts'
import type {
  ColumnFacts,
  ColumnValues,
  OpenBlock,
  RestValue,
  TextValues,
} from '../../src/page/contract.ts'
import { extraBase, type SealedBlock } from '../../src/ring/block-builder.ts'

const textKinds: ReadonlySet<Kind> = new Set([Kind.Text, Kind.Bytes, Kind.Json, Kind.Msgpack])
const numberKinds: ReadonlySet<Kind> = new Set([Kind.Int, Kind.Double, Kind.Time])
const lowKinds: ReadonlySet<Kind> = new Set([Kind.Bool, Kind.Int64, Kind.Uint64, Kind.Time])
const highKinds: ReadonlySet<Kind> = new Set([Kind.Int64, Kind.Uint64])

/** Opens a sealed block as it is, without encoding it: what an encoded one must be equal to. */
export function openSealed(block: SealedBlock, minute: number, part: number): OpenBlock {
  const rows = block.rowCount
  const columns = block.columns.map((column): ColumnValues & ColumnFacts => {
    const { kind, count } = column
    return {
      segments: column.segments.map((name) => Buffer.from(name).toString()),
      kind,
      count,
      min: null,
      max: null,
      rows: count === rows ? null : column.rows.slice(0, count),
      text: textKinds.has(kind) ? textValues(block, column.low, column.high, count) : null,
      numbers: numberKinds.has(kind) ? column.numbers.slice(0, count) : null,
      low: lowKinds.has(kind) ? column.low.slice(0, count) : null,
      high: highKinds.has(kind) ? column.high.slice(0, count) : null,
    }
  })
  return {
    minute,
    part,
    rowCount: rows,
    columns,
    restCount: block.restCount,
    timestampMs: () => block.timestampMs.slice(0, rows),
    timestampNanos: () => (block.hasNanos ? block.timestampNanos.slice(0, rows) : null),
    receivedMs: () => block.receivedMs.slice(0, rows),
    level: () => block.level.slice(0, rows),
    facility: () => textValues(block, block.facilityReference, block.facilityBytes, rows),
    event: () => textValues(block, block.eventReference, block.eventBytes, rows),
    column(index) {
      const column = columns[index]
      if (column === undefined) throw new RangeError(`no column ${index}`)
      return column
    },
    mayHold: () => true,
    rest: () => Array.from({ length: block.restCount }, (_, i) => restValue(block, i)),
  }
}

function restValue(block: SealedBlock, index: number): RestValue {
  const [path = 0, pathBytes = 0, value = 0, valueBytes = 0] = block.rest.words.subarray(index * 4)
  const segments: string[] = JSON.parse(Buffer.from(bytesOf(block, path, pathBytes)).toString())
  const kind = block.rest.kinds[index] === Kind.Json ? Kind.Json : Kind.Msgpack
  const row = block.rest.rows[index] ?? 0
  return { row, segments, kind, value: bytesOf(block, value, valueBytes) }
}

function bytesOf(block: SealedBlock, reference: number, bytes: number): Uint8Array {
  const at = reference >= extraBase ? reference - extraBase : reference
  return (reference >= extraBase ? block.extra : block.arena).subarray(at, at + bytes)
}

function textValues(
  block: SealedBlock,
  references: Uint32Array,
  lengths: Uint32Array,
  count: number,
): TextValues {
  const texts = Array.from({ length: count }, (_, i) =>
    bytesOf(block, references[i] ?? 0, lengths[i] ?? 0),
  )
  const offsets = new Uint32Array(count + 1)
  for (const [i, text] of texts.entries()) offsets[i + 1] = (offsets[i] ?? 0) + text.length
  return { bytes: Buffer.concat(texts), offsets, ids: null }
}
