import { Kind } from '../event/kind.ts'
import type { Column } from '../ring/column.ts'
import type { PathNode } from '../ring/path-node.ts'
import { scanLeaf } from './msgpack-leaf.ts'
import { checkName, emptyObject, readName, textOf } from './msgpack-names.ts'
import { Family, type MsgpackState } from './msgpack-state.ts'
import { scanRestMember } from './msgpack-rest.ts'
import {
  checkFinite,
  checkText,
  readTimestamp,
  readValueHead,
  recordNames,
} from './msgpack-values.ts'
import { forgetRest, holdsAny, namesOf, pushRest } from './rest.ts'
import { failed, tooDeep, tooManyNames } from './scan-state.ts'

/**
 * Reads the members of the map or record whose head has just been read (its values begin at `from`) into the
 * columns below `parent`. `depth` is 1 for `additional` itself. Cost: 15 to 30 ns a member.
 */
export function scanMembers(
  s: MsgpackState,
  parent: PathNode,
  from: number,
  depth: number,
): number {
  const record = s.family === Family.Record ? recordNames(s, s.count) : null
  const count = record === null ? s.count : record.length / 2
  let p = from
  let previous: PathNode | null = null
  let expected = parent.first
  let absent = false
  for (let i = 0; i < count; i++) {
    if (++s.names > s.limits.namesMax) return tooManyNames(s, p)
    let nameAt = p
    let nameEnd = p
    let node: PathNode | null = expected
    // Fast path: the member that came next in the last event comes next again.
    if (
      record === null &&
      node !== null &&
      node.msgpack !== null &&
      node.msgpack.standsAt(s.view, s.end, p)
    ) {
      nameAt = p + 1
      p = nameEnd = p + node.msgpack.length
    } else {
      if (record === null) {
        nameAt = readName(s, p)
        if (nameAt < 0) return nameAt
        p = nameEnd = nameAt + s.count
      } else {
        nameAt = record[i * 2] ?? 0
        nameEnd = record[i * 2 + 1] ?? 0
      }
      if (node === null || !node.is(s.src, nameAt, nameEnd)) {
        if (checkName(s, nameAt, nameEnd) < 0) return failed
        node = s.block.path(parent, s.src, nameAt, nameEnd)
        if (node !== null) {
          if (previous === null) parent.first = node
          else previous.next = node
        }
      }
    }
    if (node === null)
      p = scanRestMember(s, [...namesOf(parent), textOf(s, nameAt, nameEnd)], p, depth)
    else {
      if (node.stamp === s.block.stamp) {
        s.block.forget(node)
        forgetRest(s, namesOf(node))
      }
      node.stamp = s.block.stamp
      p = scanValue(s, node, p, depth)
      previous = node
      expected = node.next
    }
    if (p < 0) {
      s.segments.push(textOf(s, nameAt, nameEnd))
      return p
    }
    if (s.family === Family.Undefined) absent = true
  }
  // An object whose members are all absent is an empty object.
  if (absent && depth > 1 && !holdsAny(s, parent, namesOf(parent))) pushEmptyObject(s, parent)
  return p
}

function scanValue(s: MsgpackState, node: PathNode, from: number, depth: number): number {
  const p = readValueHead(s, from)
  if (p < 0) return p
  switch (s.family) {
    case Family.Text:
      return pushText(s, node, from, p)
    case Family.Int:
      return pushNumber(s, node, from, p)
    case Family.Float:
      return checkFinite(s, p) < 0 ? failed : pushNumber(s, node, from, p)
    case Family.Nil:
    case Family.Bool:
      return pushWord(s, node, from, p)
    case Family.Bytes:
      return pushBytes(s, node, from, p)
    case Family.Extension:
      return pushTime(s, node, from, p)
    case Family.Undefined:
      return p
    case Family.Array:
      return pushLeaf(s, node, from, depth)
    default:
      return scanObject(s, node, p, depth)
  }
}

function scanObject(s: MsgpackState, node: PathNode, p: number, depth: number): number {
  const empty = s.family === Family.Map ? s.count === 0 : recordNames(s, s.count).length === 0
  if (depth >= s.limits.nestingMax) return tooDeep(s, p)
  if (!empty) return scanMembers(s, node, p, depth + 1)
  pushEmptyObject(s, node)
  return p
}

function pushEmptyObject(s: MsgpackState, node: PathNode): void {
  const column = columnOf(s, node, Kind.Json)
  const reference = s.block.appendExtra(emptyObject)
  if (column === null) pushRest(s, namesOf(node), { reference, bytes: 2, kind: Kind.Json })
  else column.pushPair(s.block.rowCount, reference, 2)
}

/** The `count` bytes of a text or of bin from `p` on, referred to where they stand. */
function pushText(s: MsgpackState, node: PathNode, from: number, p: number): number {
  if (checkText(s, p, s.count) < 0) return failed
  const column = columnOf(s, node, Kind.Text)
  if (column === null) pushInPlace(s, node, from, p + s.count)
  else column.pushPair(s.block.rowCount, p + s.delta, s.count)
  return p + s.count
}

function pushBytes(s: MsgpackState, node: PathNode, from: number, p: number): number {
  const column = columnOf(s, node, Kind.Bytes)
  if (column === null) pushInPlace(s, node, from, p + s.count)
  else column.pushPair(s.block.rowCount, p + s.delta, s.count)
  return p + s.count
}

function pushNumber(s: MsgpackState, node: PathNode, from: number, end: number): number {
  const kind = s.numberKind
  if (kind === Kind.Int || kind === Kind.Double) {
    const column = columnOf(s, node, kind)
    if (column === null) pushInPlace(s, node, from, end)
    else column.pushNumber(s.block.rowCount, s.number)
    return end
  }
  const column = columnOf(s, node, kind === Kind.Int64 ? Kind.Int64 : Kind.Uint64)
  if (column === null) pushInPlace(s, node, from, end)
  else column.pushPair(s.block.rowCount, s.low, s.high)
  return end
}

function pushWord(s: MsgpackState, node: PathNode, from: number, end: number): number {
  const nil = s.family === Family.Nil
  const column = columnOf(s, node, nil ? Kind.Null : Kind.Bool)
  if (column === null) pushInPlace(s, node, from, end)
  else if (nil) column.pushNull(s.block.rowCount)
  else column.pushBool(s.block.rowCount, s.number)
  return end
}

function pushTime(s: MsgpackState, node: PathNode, from: number, p: number): number {
  const end = readTimestamp(s, p)
  if (end < 0) return end
  const column = columnOf(s, node, Kind.Time)
  if (column === null) pushInPlace(s, node, from, end)
  else column.pushTime(s.block.rowCount, s.number, s.low)
  return end
}

function pushLeaf(s: MsgpackState, node: PathNode, from: number, depth: number): number {
  const end = scanLeaf(s, from, depth)
  if (end < 0) return end
  const column = columnOf(s, node, Kind.Msgpack)
  const { reference, bytes } = s
  if (column === null) pushRest(s, namesOf(node), { reference, bytes, kind: Kind.Msgpack })
  else column.pushPair(s.block.rowCount, reference, bytes)
  return end
}

/** Keeps the checked value at `from`, head and all, of a node for which there is no column. */
function pushInPlace(s: MsgpackState, node: PathNode, from: number, end: number): void {
  const place = { reference: from + s.delta, bytes: end - from, kind: Kind.Msgpack }
  pushRest(s, namesOf(node), place)
}

function columnOf(s: MsgpackState, node: PathNode, kind: Kind): Column | null {
  const recent = node.recent
  if (recent !== null && recent.kind === kind) return recent
  return s.block.column(node, kind)
}
