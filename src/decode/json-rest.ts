import { Kind } from '../event/kind.ts'
import { extraBase } from '../ring/block-builder.ts'
import type { PathNode } from '../ring/path-node.ts'
import { scanLeaf } from './json-leaf.ts'
import { type JsonState, malformed, skipSpace } from './json-state.ts'
import { nameTooLong, tooDeep, tooManyNames } from './json-state.ts'
import { scanText } from './json-text.ts'

/*
 * Members of a block that has no column or no path left. They are kept one by one with their whole path:
 * slower and larger, but nothing is lost and the number of columns stays bounded.
 */

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** The names from the top of `additional` down to `node`. */
export function namesOf(node: PathNode): string[] {
  return node.segments().map((name) => utf8.decode(name))
}

/** Drops what this row keeps of that member, itself or anything inside it: a later duplicate wins. */
export function forgetRest(s: JsonState, names: readonly string[]): void {
  s.block.forgetRest(pathText(names))
}

function pathText(names: readonly string[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(names))
}

/** Keeps the checked value `src[from..to)` of a node for which there is no column. */
export function pushRestScalar(s: JsonState, node: PathNode, from: number, to: number): void {
  const first = s.src[from]
  if (first !== 0x7b && first !== 0x5b) {
    s.reference = from + s.delta
    s.bytes = to - from
  }
  pushRest(s, namesOf(node))
}

function pushRest(s: JsonState, names: readonly string[]): void {
  const path = pathText(names)
  s.block.pushRest({
    path: s.block.appendExtra(path),
    pathBytes: path.length,
    value: s.reference,
    valueBytes: s.bytes,
    kind: Kind.Json,
  })
}

/** Reads the value at `from` of a member without a node, whose name begins at `nameAt`. */
export function scanRestMember(
  s: JsonState,
  parents: readonly string[],
  nameAt: number,
  from: number,
  depth: number,
): number {
  scanText(s, nameAt)
  const bytes = s.escaped ? s.block.extra : s.src
  const start = s.escaped ? s.reference - extraBase : nameAt
  const names = [...parents, utf8.decode(bytes.subarray(start, start + s.bytes))]
  forgetRest(s, names)
  if (s.src[from] === 0x7b) {
    const p = skipSpace(s.src, from + 1)
    if (s.src[p] !== 0x7d) {
      return depth >= s.limits.nestingMax
        ? tooDeep(s, from)
        : scanRestMembers(s, names, p, depth + 1)
    }
  }
  const p = scanLeaf(s, from, depth)
  if (p >= 0) pushRest(s, names)
  return p
}

function scanRestMembers(s: JsonState, names: string[], from: number, depth: number): number {
  let p = from
  for (;;) {
    if (s.src[p] !== 0x22) return malformed(s, p, 'a name in quotes is missing')
    if (++s.names > s.limits.namesMax) return tooManyNames(s, p)
    const nameAt = p + 1
    p = scanText(s, nameAt)
    if (p < 0) return p
    if (s.bytes > s.limits.nameBytesMax) return nameTooLong(s, nameAt - 1)
    p = skipSpace(s.src, p)
    if (s.src[p] !== 0x3a) return malformed(s, p, 'a colon is missing behind a name')
    p = scanRestMember(s, names, nameAt, skipSpace(s.src, p + 1), depth)
    if (p < 0) return p
    p = skipSpace(s.src, p)
    if (s.src[p] === 0x7d) return p + 1
    if (s.src[p] !== 0x2c) return malformed(s, p, 'a comma or } is missing in an object')
    p = skipSpace(s.src, p + 1)
  }
}
