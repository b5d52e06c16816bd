import { Kind } from '../event/kind.ts'
import { extraBase, type SealedBlock, type SealedColumn } from '../ring/block-builder.ts'
import type { ColumnValues, OpenBlock, TextValues } from './contract.ts'

const textKinds: ReadonlySet<Kind> = new Set([Kind.Text, Kind.Bytes, Kind.Json, Kind.Msgpack])

/**
 * The rows of an open block as the encoder takes them: a redaction encodes what remains of a block anew. Columns
 * without a value come out left out. Texts are copied once, however many rows have them.
 */
export function sealRows(block: OpenBlock): SealedBlock {
  const arena = new TextArena()
  const facility = arena.references(block.facility(), block.rowCount)
  const event = arena.references(block.event(), block.rowCount)
  const columns: SealedColumn[] = []
  for (let i = 0; i < block.columns.length; i++) {
    const values = block.column(i)
    if (values.count > 0) columns.push(sealColumn(arena, values, block.rowCount))
  }
  const rest = sealRest(arena, block)
  const nanos = block.timestampNanos()
  const { bytes, length } = arena.take()
  return {
    rowCount: block.rowCount,
    arena: new Uint8Array(0),
    arenaBytes: 0,
    extra: bytes,
    extraBytes: length,
    facilityReference: facility.references,
    facilityBytes: facility.lengths,
    eventReference: event.references,
    eventBytes: event.lengths,
    level: Uint8Array.from(block.level()),
    timestampMs: Float64Array.from(block.timestampMs()),
    timestampNanos: nanos === null ? new Uint32Array(0) : Uint32Array.from(nanos),
    hasNanos: nanos?.some((each) => each !== 0) ?? false,
    receivedMs: Float64Array.from(block.receivedMs()),
    columns,
    ...rest,
  }
}

interface References {
  readonly references: Uint32Array<ArrayBuffer>
  readonly lengths: Uint32Array<ArrayBuffer>
}

/** All texts of the block, one after the other; references into it count as ones into `extra`. */
class TextArena {
  #bytes = new Uint8Array(64 * 1024)
  #length = 0

  add(bytes: Uint8Array): number {
    const at = this.#length
    if (at + bytes.length > this.#bytes.length) {
      const wider = new Uint8Array(Math.max(at + bytes.length, this.#bytes.length * 2))
      wider.set(this.#bytes)
      this.#bytes = wider
    }
    this.#bytes.set(bytes, at)
    this.#length = at + bytes.length
    return at + extraBase
  }

  references({ bytes, offsets, ids }: TextValues, count: number): References {
    const base = this.add(bytes)
    const references = new Uint32Array(count)
    const lengths = new Uint32Array(count)
    for (let i = 0; i < count; i++) {
      const text = ids === null ? i : (ids[i] ?? 0)
      const from = offsets[text] ?? 0
      references[i] = base + from
      lengths[i] = (offsets[text + 1] ?? 0) - from
    }
    return { references, lengths }
  }

  take(): { readonly bytes: Uint8Array<ArrayBuffer>; readonly length: number } {
    return { bytes: this.#bytes, length: this.#length }
  }
}

function sealColumn(arena: TextArena, values: ColumnValues, rowCount: number): SealedColumn {
  const { kind, count, text, numbers, low, high } = values
  const texts = text !== null && textKinds.has(kind) ? arena.references(text, count) : null
  return {
    segments: values.segments.map((name) => Buffer.from(name)),
    kind,
    count,
    rows: values.rows === null ? everyRow(rowCount) : Uint16Array.from(values.rows),
    numbers: numbers === null ? new Float64Array(0) : Float64Array.from(numbers),
    low: texts?.references ?? (low === null ? new Uint32Array(0) : Uint32Array.from(low)),
    high: texts?.lengths ?? (high === null ? new Uint32Array(0) : Uint32Array.from(high)),
  }
}

function everyRow(count: number): Uint16Array<ArrayBuffer> {
  return Uint16Array.from({ length: count }, (_, row) => row)
}

function sealRest(arena: TextArena, block: OpenBlock): Pick<SealedBlock, 'restCount' | 'rest'> {
  const members = block.rest()
  const rows = new Uint16Array(members.length)
  const kinds = new Uint8Array(members.length)
  const words = new Uint32Array(members.length * 4)
  for (const [i, { row, segments, kind, value }] of members.entries()) {
    const path = Buffer.from(JSON.stringify(segments))
    rows[i] = row
    kinds[i] = kind
    words.set([arena.add(path), path.length, arena.add(value), value.length], i * 4)
  }
  return { restCount: members.length, rest: { rows, words, kinds } }
}
