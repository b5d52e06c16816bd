import { checkName, isUndefined, readName, textOf, undefinedBytes } from './msgpack-names.ts'
import { appendRewritten } from './msgpack-rewrite.ts'
import { Family, type MsgpackState } from './msgpack-state.ts'
import {
  checkFinite,
  checkText,
  readTimestamp,
  readValueHead,
  recordNames,
} from './msgpack-values.ts'
import { failed, refuse, tooDeep } from './scan-state.ts'

/**
 * Reads an array, or any value of a member without a column, as msgpack: in place if it can stay as it is,
 * else rewritten into `extra` (records as maps, duplicates and undefined members left out). Leaves
 * `reference` and `bytes`. `depth` is that of its container.
 */
export function scanLeaf(s: MsgpackState, from: number, depth: number): number {
  s.leafRewrite = false
  const definitionsBefore = s.undo.length
  const end = checkValue(s, from, depth)
  if (end < 0) return end
  if (s.leafRewrite) appendRewritten(s, from, definitionsBefore)
  else {
    s.reference = from + s.delta
    s.bytes = end - from
  }
  return end
}

function checkValue(s: MsgpackState, from: number, depth: number): number {
  const p = readValueHead(s, from)
  if (p < 0) return p
  switch (s.family) {
    case Family.Text:
      return checkText(s, p, s.count)
    case Family.Float:
      return checkFinite(s, p)
    case Family.Bytes:
      return p + s.count
    case Family.Extension:
      return readTimestamp(s, p)
    case Family.Undefined:
      return refuse(s, 'extension-unsupported', from, 'undefined inside an array')
    case Family.Array:
      return checkItems(s, p, depth + 1)
    case Family.Map:
    case Family.Record:
      return checkMembers(s, p, depth + 1)
    default:
      return p
  }
}

function checkItems(s: MsgpackState, from: number, depth: number): number {
  if (depth > s.limits.nestingMax) return tooDeep(s, from)
  const count = s.count
  let p = from
  for (let i = 0; i < count; i++) {
    p = checkValue(s, p, depth)
    if (p >= 0) continue
    s.segments.push(String(i))
    return p
  }
  return p
}

function checkMembers(s: MsgpackState, from: number, depth: number): number {
  if (depth > s.limits.nestingMax) return tooDeep(s, from)
  const record = s.family === Family.Record ? recordNames(s, s.count) : null
  const count = record === null ? s.count : record.length / 2
  if (record !== null) s.leafRewrite = true
  const hashes = count > 1 ? new Set<number>() : null
  let p = from
  for (let i = 0; i < count; i++) {
    let nameAt = record?.[i * 2] ?? 0
    let nameEnd = record?.[i * 2 + 1] ?? 0
    if (record === null) {
      nameAt = readName(s, p)
      if (nameAt < 0) return nameAt
      p = nameEnd = nameAt + s.count
    }
    if (checkName(s, nameAt, nameEnd) < 0) return failed
    const hash = hashOf(s.src, nameAt, nameEnd)
    if (hashes?.has(hash) === true) s.leafRewrite = true
    hashes?.add(hash)
    if (isUndefined(s, p)) {
      s.leafRewrite = true
      p += undefinedBytes
      continue
    }
    p = checkValue(s, p, depth)
    if (p >= 0) continue
    s.segments.push(textOf(s, nameAt, nameEnd))
    return p
  }
  return p
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash
}
