import { Kind } from '../../src/event/kind.ts'
import { BlockBuilder } from '../../src/ring/block-builder.ts'
import type { PathNode } from '../../src/ring/path-node.ts'
import { jsonOf, type Leaf } from './leaf.ts'
import { packLeaf } from './leaf-msgpack.ts'

/* Events with the kind of every value spelled out, and how they get into a block. */

export type TypedValue =
  | { readonly kind: typeof Kind.Null }
  | { readonly kind: typeof Kind.Bool; readonly value: boolean }
  | { readonly kind: typeof Kind.Int | typeof Kind.Double; readonly value: number }
  | { readonly kind: typeof Kind.Text; readonly value: string }
  | { readonly kind: typeof Kind.Int64 | typeof Kind.Uint64; readonly value: bigint }
  | { readonly kind: typeof Kind.Time; readonly seconds: number; readonly nanos: number }
  | { readonly kind: typeof Kind.Bytes; readonly value: Uint8Array }
  | { readonly kind: typeof Kind.Json | typeof Kind.Msgpack; readonly leaf: Leaf }

export interface TypedMember {
  readonly path: readonly string[]
  readonly value: TypedValue
}

export interface TypedEvent {
  readonly receivedMs: number
  readonly timestampMs: number
  readonly timestampNanos: number
  readonly facility: string
  readonly level: number
  readonly event: string
  readonly members: readonly TypedMember[]
}

export const roomyLimits = { columnsMax: 512, pathsMax: 1024, bytesMax: 64 * 1024 * 1024 }

/** A block of these events; members that find no column go to the rest, as JSON or msgpack. */
export function builderOf(events: readonly TypedEvent[], limits = roomyLimits): BlockBuilder {
  const block = new BlockBuilder(limits)
  for (const event of events) pushEvent(block, event)
  return block
}

export function pushEvent(block: BlockBuilder, event: TypedEvent): void {
  const row = block.beginEvent()
  for (const member of event.members) pushMember(block, row, member)
  const [facilityReference, facilityBytes] = pushText(block, event.facility)
  const [eventReference, eventBytes] = pushText(block, event.event)
  const { level, timestampMs, timestampNanos } = event
  block.endEvent({
    facilityReference,
    facilityBytes,
    eventReference,
    eventBytes,
    level,
    timestampMs,
    timestampNanos,
  })
  block.stampReceived(row, event.receivedMs)
}

function pushMember(block: BlockBuilder, row: number, { path, value }: TypedMember): void {
  let node: PathNode | null = block.root
  for (const name of path) {
    const bytes = Buffer.from(name)
    node = node === null ? null : block.path(node, bytes, 0, bytes.length)
  }
  const column = node === null ? null : block.column(node, value.kind)
  if (column === null) {
    pushRest(block, path, value)
    return
  }
  switch (value.kind) {
    case Kind.Null:
      return column.pushNull(row)
    case Kind.Bool:
      return column.pushBool(row, value.value ? 1 : 0)
    case Kind.Int:
    case Kind.Double:
      return column.pushNumber(row, value.value)
    case Kind.Int64:
    case Kind.Uint64: {
      const bits = BigInt.asUintN(64, value.value)
      return column.pushPair(row, Number(bits & 0xffff_ffffn), Number(bits >> 32n))
    }
    case Kind.Time:
      return column.pushTime(row, value.seconds, value.nanos)
    case Kind.Text:
    case Kind.Bytes:
      return column.pushPair(row, ...pushText(block, value.value))
    case Kind.Json:
      return column.pushPair(row, ...pushText(block, jsonOf(value.leaf)))
    case Kind.Msgpack:
      return column.pushPair(row, ...pushText(block, packLeaf(value.leaf)))
  }
}

function pushRest(block: BlockBuilder, path: readonly string[], value: TypedValue): void {
  const [pathReference, pathBytes] = pushText(block, JSON.stringify(path))
  const leaf = leafOf(value)
  const needsMsgpack =
    value.kind === Kind.Msgpack || value.kind === Kind.Bytes || value.kind === Kind.Time
  const kind = needsMsgpack ? Kind.Msgpack : Kind.Json
  const [reference, bytes] = pushText(block, needsMsgpack ? packLeaf(leaf) : jsonOf(leaf))
  block.pushRest({ path: pathReference, pathBytes, value: reference, valueBytes: bytes, kind })
}

export function leafOf(value: TypedValue): Leaf {
  switch (value.kind) {
    case Kind.Null:
      return null
    case Kind.Int:
      return BigInt(value.value)
    case Kind.Time:
      return { seconds: value.seconds, nanos: value.nanos }
    case Kind.Json:
    case Kind.Msgpack:
      return value.leaf
    default:
      return value.value
  }
}

function pushText(block: BlockBuilder, text: string | Uint8Array): [number, number] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  return [block.appendExtra(bytes), bytes.length]
}
