import { Kind } from '../../src/event/kind.ts'
import type { ColumnValues, OpenBlock, RestValue, TextValues } from '../../src/page/contract.ts'
import { extraBase, type SealedBlock } from '../../src/ring/block-builder.ts'

/** Opens a sealed block without encoding it first, to test renderers by themselves. */
export function openSealed(block: SealedBlock, minute: number, part: number): OpenBlock {
  const bytesOf = (reference: number, bytes: number): Uint8Array =>
    reference >= extraBase
      ? block.extra.subarray(reference - extraBase, reference - extraBase + bytes)
      : block.arena.subarray(reference, reference + bytes)
  const texts = (low: Uint32Array, high: Uint32Array, count: number): TextValues =>
    textValues(Array.from({ length: count }, (_, i) => bytesOf(low[i] ?? 0, high[i] ?? 0)))
  const rows = block.rowCount
  const columns = block.columns.map((column): ColumnValues => {
    const isText =
      column.kind === Kind.Text ||
      column.kind === Kind.Bytes ||
      column.kind === Kind.Json ||
      column.kind === Kind.Msgpack
    return {
      segments: column.segments.map((name) => Buffer.from(name).toString()),
      kind: column.kind,
      count: column.count,
      rows: column.count === rows ? null : column.rows.slice(0, column.count),
      text: isText ? texts(column.low, column.high, column.count) : null,
      numbers: column.numbers.slice(0, column.count),
      low: column.low.slice(0, column.count),
      high: column.high.slice(0, column.count),
    }
  })
  return {
    minute,
    part,
    rowCount: rows,
    columns,
    timestampMs: () => block.timestampMs.slice(0, rows),
    timestampNanos: () => (block.hasNanos ? block.timestampNanos.slice(0, rows) : null),
    receivedMs: () => block.receivedMs.slice(0, rows),
    level: () => block.level.slice(0, rows),
    facility: () => texts(block.facilityReference, block.facilityBytes, rows),
    event: () => texts(block.eventReference, block.eventBytes, rows),
    column(index) {
      const column = columns[index]
      if (column === undefined) throw new Error(`no column ${index}`)
      return column
    },
    rest: () =>
      Array.from({ length: block.restCount }, (_, i): RestValue => {
        const [path = 0, pathBytes = 0, value = 0, valueBytes = 0] = block.rest.words.subarray(
          i * 4,
        )
        const segments: string[] = JSON.parse(Buffer.from(bytesOf(path, pathBytes)).toString())
        const kind = block.rest.kinds[i] === Kind.Json ? Kind.Json : Kind.Msgpack
        return { row: block.rest.rows[i] ?? 0, segments, kind, value: bytesOf(value, valueBytes) }
      }),
  }
}

/** With a dictionary when texts repeat. */
function textValues(all: readonly Uint8Array[]): TextValues {
  const distinct = new Map<string, number>()
  for (const one of all) {
    const key = Buffer.from(one).toString('latin1')
    if (!distinct.has(key)) distinct.set(key, distinct.size)
  }
  const isDictionary = distinct.size < all.length
  const list = isDictionary ? [...distinct.keys()].map((key) => Buffer.from(key, 'latin1')) : all
  const offsets = new Uint32Array(list.length + 1)
  for (const [i, one] of list.entries()) offsets[i + 1] = (offsets[i] ?? 0) + one.length
  const ids = Uint16Array.from(all, (one) => distinct.get(Buffer.from(one).toString('latin1')) ?? 0)
  return { bytes: Buffer.concat(list), offsets, ids: isDictionary ? ids : null }
}
