import { Kind } from '../event/kind.ts'
import { extraBase } from '../ring/block-builder.ts'
import type { Column } from '../ring/column.ts'
import type { PathNode } from '../ring/path-node.ts'
import { scanLeaf, scanWord } from './json-leaf.ts'
import { scanNumber } from './json-number.ts'
import { type JsonState, skipSpace } from './json-state.ts'
import { malformed, nameTooLong, tooDeep, tooManyNames } from './scan-state.ts'
import { scanText, skipPlain } from './json-text.ts'
import { nameText, pushRestScalar, scanRestMember } from './json-rest.ts'
import { forgetRest, namesOf } from './rest.ts'

/**
 * Reads the members of an object, `additional` itself (depth 1) or one inside it, straight into the
 * columns below `parent`. `from` is the position of the first name's quote; the object is not empty.
 * Cost: 15 to 40 ns a member beside the bytes of its value.
 */
export function scanMembers(s: JsonState, parent: PathNode, from: number, depth: number): number {
  const src = s.src
  let p = from
  let previous: PathNode | null = null
  let expected = parent.first
  for (;;) {
    if (src[p] !== 0x22) return malformed(s, p, 'a name in quotes is missing')
    if (++s.names > s.limits.namesMax) return tooManyNames(s, p)
    const nameAt = p + 1
    let node: PathNode | null = expected
    // Fast path: the member that came next in the last event comes next again.
    if (node !== null && node.json !== null && node.json.standsAt(s.view, s.end, nameAt)) {
      p = nameAt + node.json.length
    } else {
      p = scanText(s, nameAt)
      if (p < 0) return p
      if (s.bytes > s.limits.nameBytesMax) return nameTooLong(s, nameAt - 1)
      node = nodeOfName(s, parent, nameAt)
      if (node !== null) {
        if (previous === null) parent.first = node
        else previous.next = node
      }
      p = skipSpace(src, p)
      if (src[p] !== 0x3a) return malformed(s, p, 'a colon is missing behind a name')
      p++
    }
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
    if (node === null) p = scanRestMember(s, [...namesOf(parent), nameText(s, nameAt)], p, depth)
    else {
      if (node.stamp === s.block.stamp) forgetMember(s, node)
      node.stamp = s.block.stamp
      // Fast path: plain text, and a column that there is. Written out here, for the compiler inlines only so
      // deep, and a call for each value is a tenth of the whole cost.
      const column = node.recent
      if (src[p] === 0x22 && column !== null && column.kind === Kind.Text) {
        const textEnd = skipPlain(s, p + 1)
        if (src[textEnd] === 0x22) {
          column.pushPair(s.block.rowCount, p + 1 + s.delta, textEnd - p - 1)
          p = textEnd + 1
        } else p = scanValue(s, node, p, depth)
      } else p = scanValue(s, node, p, depth)
      previous = node
      expected = node.next
    }
    if (p < 0) return p
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
    const byte = src[p]
    if (byte === 0x7d) return p + 1
    if (byte !== 0x2c) return malformed(s, p, 'a comma or } is missing in an object')
    p++
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
  }
}

function scanValue(s: JsonState, node: PathNode, from: number, depth: number): number {
  const first = s.src[from] ?? 0
  if (first === 0x22) {
    const p = scanText(s, from + 1)
    if (p < 0) return p
    const column = columnOf(s, node, Kind.Text)
    if (column === null) pushRestScalar(s, node, from, p)
    else column.pushPair(s.block.rowCount, s.reference, s.bytes)
    return p
  }
  if (first <= 0x39) return scanNumberMember(s, node, from)
  if (first === 0x7b) {
    const p = skipSpace(s.src, from + 1)
    if (s.src[p] !== 0x7d) {
      if (depth >= s.limits.nestingMax) return tooDeep(s, from)
      return scanMembers(s, node, p, depth + 1)
    }
  }
  if (first === 0x7b || first === 0x5b) {
    const p = scanLeaf(s, from, depth)
    if (p < 0) return p
    const column = columnOf(s, node, Kind.Json)
    if (column === null) pushRestScalar(s, node, from, p)
    else column.pushPair(s.block.rowCount, s.reference, s.bytes)
    return p
  }
  return scanWordMember(s, node, from, first)
}

function scanNumberMember(s: JsonState, node: PathNode, from: number): number {
  const p = scanNumber(s, from)
  if (p < 0) return p
  const kind = s.numberKind
  if (kind === Kind.Int || kind === Kind.Double) {
    const column = columnOf(s, node, kind)
    if (column === null) pushRestScalar(s, node, from, p)
    else column.pushNumber(s.block.rowCount, s.number)
    return p
  }
  const column = columnOf(s, node, kind === Kind.Int64 ? Kind.Int64 : Kind.Uint64)
  if (column === null) pushRestScalar(s, node, from, p)
  else column.pushPair(s.block.rowCount, s.low, s.high)
  return p
}

function scanWordMember(s: JsonState, node: PathNode, from: number, first: number): number {
  const p = scanWord(s, from)
  if (p < 0) return p
  const column = columnOf(s, node, first === 0x6e ? Kind.Null : Kind.Bool)
  if (column === null) pushRestScalar(s, node, from, p)
  else if (first === 0x6e) column.pushNull(s.block.rowCount)
  else column.pushBool(s.block.rowCount, first === 0x74 ? 1 : 0)
  return p
}

function columnOf(s: JsonState, node: PathNode, kind: Kind): Column | null {
  const recent = node.recent
  if (recent !== null && recent.kind === kind) return recent
  return s.block.column(node, kind)
}

/** The node of the name that scanText has just read; null when the block has no path left. */
function nodeOfName(s: JsonState, parent: PathNode, nameAt: number): PathNode | null {
  const { block } = s
  if (!s.escaped) return block.path(parent, s.src, nameAt, nameAt + s.bytes)
  const from = s.reference - extraBase
  return block.path(parent, block.extra, from, from + s.bytes)
}

function forgetMember(s: JsonState, node: PathNode): void {
  s.block.forget(node)
  forgetRest(s, namesOf(node))
}
