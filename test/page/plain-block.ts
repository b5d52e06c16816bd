import type { ColumnValues, OpenBlock, TextValues } from '../../src/page/contract.ts'

/** Everything a block holds, without regard to how it is laid out: what two readers must agree on. */
export function plainBlock(block: OpenBlock) {
  const nanos = block.timestampNanos()
  return {
    minute: block.minute,
    part: block.part,
    rowCount: block.rowCount,
    timestampMs: [...block.timestampMs()],
    timestampNanos: nanos === null ? null : [...nanos],
    receivedMs: [...block.receivedMs()],
    level: [...block.level()],
    facility: plainTexts(block.facility(), block.rowCount),
    event: plainTexts(block.event(), block.rowCount),
    columns: block.columns.map((_, index) => plainColumn(block.column(index))),
    rest: block.rest().map(({ row, segments, kind, value }) => {
      return { row, segments, kind, value: latin1(value) }
    }),
  }
}

export function plainColumn(column: ColumnValues) {
  const { segments, kind, count, rows, text } = column
  return {
    segments,
    kind,
    count,
    rows: rows === null ? null : [...rows],
    text: text === null ? null : plainTexts(text, count),
    // As bits: -0 is not 0.
    numbers: [...new BigUint64Array(Float64Array.from(column.numbers ?? []).buffer)],
    low: [...(column.low ?? [])],
    high: [...(column.high ?? [])],
  }
}

export function plainTexts({ bytes, offsets, ids }: TextValues, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    const text = ids === null ? i : (ids[i] ?? 0)
    return latin1(bytes.subarray(offsets[text] ?? 0, offsets[text + 1] ?? 0))
  })
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
