import type { SliceTarget } from '../../src/decode/slice-target.ts'
import { Kind } from '../../src/event/kind.ts'
import { levelNames } from '../../src/event/level.ts'
import { extraBase, type SealedBlock } from '../../src/ring/block-builder.ts'
import { ReferenceJson } from './reference-json.ts'
import { readMsgpack } from './reference-msgpack.ts'
import type { PlainEvent } from './reference-rules.ts'
import { type Plain, plain } from './reference-value.ts'

/* Events rebuilt from the columns of blocks, the way back that the page encoder goes in production. */

interface MutableObject {
  [name: string]: Plain
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const compact = /^[^\s"]*(?:"(?:[^"\\]|\\.)*"[^\s"]*)*$/

export function readTarget(target: SliceTarget): PlainEvent[] {
  return target.blocks.flatMap((block) => readBlock(block.detach()))
}

export function readBlock(block: SealedBlock): PlainEvent[] {
  const rows = Array.from({ length: block.rowCount }, (): MutableObject => Object.create(null))
  for (const column of block.columns) {
    const names = column.segments.map((segment) => utf8.decode(segment))
    for (let i = 0; i < column.count; i++) {
      put(rows[column.rows[i] ?? -1], names, columnValue(block, column, i))
      if (i > 0 && (column.rows[i] ?? 0) <= (column.rows[i - 1] ?? 0))
        throw new Error('rows not ascending')
    }
  }
  for (let i = 0; i < block.restCount; i++) {
    const [path = 0, pathBytes = 0, value = 0, valueBytes = 0] = block.rest.words.subarray(i * 4)
    const names: unknown = JSON.parse(textAt(block, path, pathBytes))
    if (!Array.isArray(names)) throw new Error('a path is no array')
    const held = bytesAt(block, value, valueBytes)
    const read = block.rest.kinds[i] === Kind.Json ? leaf(held) : plain(readMsgpack(held))
    put(rows[block.rest.rows[i] ?? -1], names.map(String), read)
  }
  return rows.map((additional, row) => fixedOf(block, row, additional))
}

function fixedOf(block: SealedBlock, row: number, additional: Plain): PlainEvent {
  const ms = BigInt(block.timestampMs[row] ?? 0)
  const nanos = block.timestampNanos[row] ?? 0
  if (nanos > 0 && !block.hasNanos) throw new Error('hasNanos is false')
  return {
    facility: textAt(block, block.facilityReference[row] ?? 0, block.facilityBytes[row] ?? 0),
    timestamp: `${ms * 1_000_000n + BigInt(nanos)}`,
    level: levelNames[block.level[row] ?? -1] ?? '',
    event: textAt(block, block.eventReference[row] ?? 0, block.eventBytes[row] ?? 0),
    additional,
  }
}

function bytesAt(block: SealedBlock, reference: number, bytes: number): Uint8Array {
  const extra = reference >= extraBase
  const from = extra ? reference - extraBase : reference
  if (from + bytes > (extra ? block.extraBytes : block.arenaBytes))
    throw new Error('beyond the end')
  return (extra ? block.extra : block.arena).subarray(from, from + bytes)
}

function textAt(block: SealedBlock, reference: number, bytes: number): string {
  return utf8.decode(bytesAt(block, reference, bytes))
}

function leaf(bytes: Uint8Array): Plain {
  const text = utf8.decode(bytes)
  if (!compact.test(text)) throw new Error(`a leaf is not compact: ${text}`)
  const reference = ReferenceJson.whole(text)
  return plain(reference)
}

function put(object: MutableObject | undefined, names: readonly string[], value: Plain): void {
  let at = object
  if (at === undefined) throw new Error('no such row')
  for (const name of names.slice(0, -1)) {
    const inner: MutableObject = (at[name] as MutableObject | undefined) ?? Object.create(null)
    at[name] = inner
    at = inner
  }
  const last = names.at(-1) ?? ''
  if (Object.hasOwn(at, last)) throw new Error(`${names.join('.')} is kept twice`)
  at[last] = value
}

function columnValue(block: SealedBlock, column: SealedBlock['columns'][number], i: number): Plain {
  const low = column.low[i] ?? 0
  const high = column.high[i] ?? 0
  const number = column.numbers[i] ?? 0
  switch (column.kind) {
    case Kind.Null:
      return null
    case Kind.Bool:
      return low === 1
    case Kind.Int:
      if (!Number.isSafeInteger(number) || Object.is(number, -0)) throw new Error('no Int')
      return `integer ${number}`
    case Kind.Double:
      return plain({ type: 'double', value: number, source: '' })
    case Kind.Text:
      return `text ${textAt(block, low, high)}`
    case Kind.Int64:
      return `integer ${BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low))}`
    case Kind.Uint64:
      return `integer ${(BigInt(high) << 32n) | BigInt(low)}`
    case Kind.Time:
      return `time ${number} ${low}`
    case Kind.Bytes:
      return `bytes ${Buffer.from(bytesAt(block, low, high)).toString('hex')}`
    case Kind.Json:
      return leaf(bytesAt(block, low, high))
    case Kind.Msgpack:
      return plain(readMsgpack(bytesAt(block, low, high)))
  }
}
