import { type JsonState, skipSpace } from './json-state.ts'
import { malformed, refuse, tooDeep } from './scan-state.ts'
import { checkText } from './json-text.ts'
import { scanNumber } from './json-number.ts'
import { appendWithoutDuplicates, appendWithoutSpaces } from './json-compact.ts'

/*
 * Leaves: arrays and empty objects, kept as compact JSON text. A text that is compact already and has no
 * duplicate names, which is what clients send, is referred to where it stands.
 */

const words = [
  { first: 0x74, bytes: new TextEncoder().encode('true') },
  { first: 0x66, bytes: new TextEncoder().encode('false') },
  { first: 0x6e, bytes: new TextEncoder().encode('null') },
] as const

/** Reads any value as compact text; leaves `reference` and `bytes`. `depth` is that of its container. */
export function scanLeaf(s: JsonState, from: number, depth: number): number {
  s.leafSpaces = false
  s.leafDuplicates = false
  const to = checkValue(s, from, depth)
  if (to < 0) return to
  if (s.leafDuplicates) appendWithoutDuplicates(s, from, to)
  else if (s.leafSpaces) appendWithoutSpaces(s, from, to)
  else {
    s.reference = from + s.delta
    s.bytes = to - from
  }
  return to
}

function checkValue(s: JsonState, p: number, depth: number): number {
  switch (s.src[p]) {
    case 0x22: {
      const end = checkText(s, p + 1)
      return end < 0 ? end : end + 1
    }
    case 0x5b:
      return checkArray(s, p, depth + 1)
    case 0x7b:
      return checkObject(s, p, depth + 1)
    case 0x74:
    case 0x66:
    case 0x6e:
      return scanWord(s, p)
    default:
      return scanNumber(s, p)
  }
}

/** Reads true, false or null. */
export function scanWord(s: JsonState, p: number): number {
  for (const word of words) {
    if (word.first !== s.src[p]) continue
    for (let i = 1; i < word.bytes.length; i++) {
      if (s.src[p + i] !== word.bytes[i]) return malformed(s, p, 'there is no such word in JSON')
    }
    return p + word.bytes.length
  }
  return malformed(s, p, 'a value is missing')
}

function spaceIn(s: JsonState, p: number): number {
  const next = skipSpace(s.src, p)
  if (next !== p) s.leafSpaces = true
  return next
}

function checkArray(s: JsonState, from: number, depth: number): number {
  if (depth > s.limits.nestingMax) return tooDeep(s, from)
  let p = spaceIn(s, from + 1)
  if (s.src[p] === 0x5d) return p + 1
  for (;;) {
    p = checkValue(s, p, depth)
    if (p < 0) return p
    p = spaceIn(s, p)
    const byte = s.src[p]
    if (byte === 0x5d) return p + 1
    if (byte !== 0x2c) return malformed(s, p, 'a comma or ] is missing in an array')
    p = spaceIn(s, p + 1)
  }
}

function checkObject(s: JsonState, from: number, depth: number): number {
  if (depth > s.limits.nestingMax) return tooDeep(s, from)
  let p = spaceIn(s, from + 1)
  if (s.src[p] === 0x7d) return p + 1
  let hashes: Set<number> | null = null
  let only = 0
  for (let count = 0; ; count++) {
    if (s.src[p] !== 0x22) return malformed(s, p, 'a name in quotes is missing')
    const end = checkText(s, p + 1)
    if (end < 0) return end
    if (end - p - 1 > s.limits.nameBytesMax && nameBytes(s, p + 1, end) > s.limits.nameBytesMax) {
      return refuse(s, 'name-too-long', p, `a name has more than ${s.limits.nameBytesMax} bytes`)
    }
    // Equal names have equal hashes, unless one is escaped: then, as for equal hashes, look closely.
    const hash = hashOf(s.src, p + 1, end)
    if (count > 0) hashes ??= new Set([only])
    else only = hash
    if (s.escaped || hashes?.has(hash) === true) s.leafDuplicates = true
    hashes?.add(hash)
    p = spaceIn(s, end + 1)
    if (s.src[p] !== 0x3a) return malformed(s, p, 'a colon is missing behind a name')
    p = checkValue(s, spaceIn(s, p + 1), depth)
    if (p < 0) return p
    p = spaceIn(s, p)
    const byte = s.src[p]
    if (byte === 0x7d) return p + 1
    if (byte !== 0x2c) return malformed(s, p, 'a comma or } is missing in an object')
    p = spaceIn(s, p + 1)
  }
}

/** Bytes of a checked name once its escapes are resolved. */
function nameBytes(s: JsonState, from: number, to: number): number {
  if (!s.escaped) return to - from
  const text: unknown = JSON.parse(`"${new TextDecoder().decode(s.src.subarray(from, to))}"`)
  return Buffer.byteLength(String(text))
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash
}
