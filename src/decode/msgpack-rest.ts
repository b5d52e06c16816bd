import { Kind } from '../event/kind.ts'
import { checkName, emptyObject, readName, textOf } from './msgpack-names.ts'
import { scanLeaf } from './msgpack-leaf.ts'
import { Family, type MsgpackState } from './msgpack-state.ts'
import { readValueHead, recordNames } from './msgpack-values.ts'
import { forgetRest, holdsAny, pushRest } from './rest.ts'
import { failed, tooDeep, tooManyNames } from './scan-state.ts'

/** Reads the value at `from` of a member without a node; `names` is its path. */
export function scanRestMember(
  s: MsgpackState,
  names: readonly string[],
  from: number,
  depth: number,
): number {
  forgetRest(s, names)
  const p = readValueHead(s, from)
  if (p < 0 || s.family === Family.Undefined) return p
  if (s.family === Family.Map || s.family === Family.Record) {
    if (depth >= s.limits.nestingMax) return tooDeep(s, from)
    return scanRestMembers(s, names, p, depth + 1)
  }
  const end = scanLeaf(s, from, depth)
  if (end < 0) return end
  pushRest(s, names, { reference: s.reference, bytes: s.bytes, kind: Kind.Msgpack })
  return end
}

function scanRestMembers(
  s: MsgpackState,
  names: readonly string[],
  from: number,
  depth: number,
): number {
  const record = s.family === Family.Record ? recordNames(s, s.count) : null
  const count = record === null ? s.count : record.length / 2
  let p = from
  for (let i = 0; i < count; i++) {
    if (++s.names > s.limits.namesMax) return tooManyNames(s, p)
    let nameAt = record?.[i * 2] ?? 0
    let nameEnd = record?.[i * 2 + 1] ?? 0
    if (record === null) {
      nameAt = readName(s, p)
      if (nameAt < 0) return nameAt
      p = nameEnd = nameAt + s.count
    }
    if (checkName(s, nameAt, nameEnd) < 0) return failed
    const name = textOf(s, nameAt, nameEnd)
    p = scanRestMember(s, [...names, name], p, depth)
    if (p < 0) {
      s.segments.push(name)
      return p
    }
  }
  if (!holdsAny(s, null, names)) {
    const reference = s.block.appendExtra(emptyObject)
    pushRest(s, names, { reference, bytes: emptyObject.length, kind: Kind.Json })
  }
  return p
}
