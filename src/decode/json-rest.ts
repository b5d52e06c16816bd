import { Kind } from '../event/kind.ts'
import { extraBase } from '../ring/block-builder.ts'
import type { PathNode } from '../ring/path-node.ts'
import { scanLeaf } from './json-leaf.ts'
import { type JsonState, skipSpace } from './json-state.ts'
import { malformed, nameTooLong, tooDeep, tooManyNames } from './scan-state.ts'
import { forgetRest, namesOf, pushRest } from './rest.ts'
import { scanText } from './json-text.ts'

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** Keeps the checked value `src[from..to)` of a node for which there is no column. */
export function pushRestScalar(s: JsonState, node: PathNode, from: number, to: number): void {
  const first = s.src[from]
  if (first !== 0x7b && first !== 0x5b) {
    s.reference = from + s.delta
    s.bytes = to - from
  }
  pushRest(s, namesOf(node), { reference: s.reference, bytes: s.bytes, kind: Kind.Json })
}

/** The name that scanText has just read at `nameAt`. */
export function nameText(s: JsonState, nameAt: number): string {
  const bytes = s.escaped ? s.block.extra : s.src
  const start = s.escaped ? s.reference - extraBase : nameAt
  return utf8.decode(bytes.subarray(start, start + s.bytes))
}

/** Reads the value at `from` of a member without a node; `names` is its path. */
export function scanRestMember(
  s: JsonState,
  names: readonly string[],
  from: number,
  depth: number,
): number {
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
  if (p >= 0) pushRest(s, names, { reference: s.reference, bytes: s.bytes, kind: Kind.Json })
  return p
}

function scanRestMembers(
  s: JsonState,
  names: readonly string[],
  from: number,
  depth: number,
): number {
  let p = from
  for (;;) {
    if (s.src[p] !== 0x22) return malformed(s, p, 'a name in quotes is missing')
    if (++s.names > s.limits.namesMax) return tooManyNames(s, p)
    const nameAt = p + 1
    p = scanText(s, nameAt)
    if (p < 0) return p
    if (s.bytes > s.limits.nameBytesMax) return nameTooLong(s, nameAt - 1)
    const path = [...names, nameText(s, nameAt)]
    p = skipSpace(s.src, p)
    if (s.src[p] !== 0x3a) return malformed(s, p, 'a colon is missing behind a name')
    p = scanRestMember(s, path, skipSpace(s.src, p + 1), depth)
    if (p < 0) return p
    p = skipSpace(s.src, p)
    if (s.src[p] === 0x7d) return p + 1
    if (s.src[p] !== 0x2c) return malformed(s, p, 'a comma or } is missing in an object')
    p = skipSpace(s.src, p + 1)
  }
}
