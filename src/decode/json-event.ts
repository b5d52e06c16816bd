import { levelOfBytes, levelOfNumber } from '../event/level.ts'
import { parseEpochMs, parseTimestamp } from '../event/time.ts'
import { extraBase } from '../ring/block-builder.ts'
import { scanMembers } from './json-members.ts'
import { asciiOf, scanNumber } from './json-number.ts'
import { type failed, type JsonState, malformed, refuse, skipSpace } from './json-state.ts'
import { scanText } from './json-text.ts'

const members = ['facility', 'timestamp', 'level', 'event', 'additional'].map((name) =>
  new TextEncoder().encode(name),
)
const facilityMember = 0
const timestampMember = 1
const levelMember = 2
const eventMember = 3
const unknownMember = -1

/**
 * Reads the event whose brace is at `from` into the block's next row; the position behind it. The caller
 * counts the row with `endEvent(s.fixed)` or abandons it.
 */
export function scanEvent(s: JsonState, from: number): number {
  const { src, fixed } = s
  s.eventStart = from
  s.names = 0
  fixed.facilityBytes = 0
  fixed.eventBytes = 0
  fixed.level = -1
  fixed.timestampMs = s.target.receivedMs
  fixed.timestampNanos = 0
  s.block.beginEvent()
  let p = skipSpace(src, from + 1)
  if (src[p] === 0x7d) return checkComplete(s, p)
  for (let expected = 0; ; expected++) {
    if (src[p] !== 0x22) return malformed(s, p, 'a name in quotes is missing')
    const nameAt = p
    let member = expected
    if (isMember(src, p, expected)) p += (members[expected]?.length ?? 0) + 2
    else {
      p = scanText(s, nameAt + 1)
      if (p < 0) return p
      member = memberOf(s, nameAt + 1)
      expected = member
    }
    p = skipSpace(src, p)
    if (src[p] !== 0x3a) return malformed(s, p, 'a colon is missing behind a name')
    if (member === unknownMember) return unknown(s, nameAt)
    p++
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
    p = scanMember(s, member, p)
    if (p < 0) return p
    if (p - from > s.limits.eventBytesMax) return tooLarge(s)
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
    const byte = src[p]
    if (byte === 0x7d) return checkComplete(s, p)
    if (byte !== 0x2c) return malformed(s, p, 'a comma or } is missing in an object')
    p = skipSpace(src, p + 1)
  }
}

function isMember(src: Uint8Array, quoteAt: number, member: number): boolean {
  const name = members[member]
  if (name === undefined) return false
  for (let i = 0; i < name.length; i++) if (src[quoteAt + 1 + i] !== name[i]) return false
  return src[quoteAt + 1 + name.length] === 0x22
}

/** Which member the name just read is. */
function memberOf(s: JsonState, nameAt: number): number {
  const bytes = s.escaped ? s.block.extra : s.src
  const from = s.escaped ? s.reference - extraBase : nameAt
  const text = asciiOf(bytes, from, from + Math.min(s.bytes, 16))
  return ['facility', 'timestamp', 'level', 'event', 'additional'].indexOf(text)
}

function unknown(s: JsonState, at: number): typeof failed {
  const detail =
    'an event has facility, timestamp, level, event and additional; the rest goes inside additional'
  return refuse(s, 'unknown-member', at, detail)
}

function tooLarge(s: JsonState): typeof failed {
  const detail = `the event has more than ${s.limits.eventBytesMax} bytes`
  return refuse(s, 'event-too-large', s.eventStart, detail)
}

function scanMember(s: JsonState, member: number, from: number): number {
  if (member === facilityMember) return scanFacility(s, from)
  if (member === timestampMember) return scanTimestamp(s, from)
  if (member === levelMember) return scanLevel(s, from)
  if (member === eventMember) return scanEventText(s, from)
  if (s.src[from] !== 0x7b) {
    return refuse(s, 'additional-not-object', from, 'additional must be an object')
  }
  // A second `additional` replaces the first.
  if (s.names > 0) {
    s.block.forget(s.block.root)
    s.block.forgetRest(emptyPath)
  }
  const p = skipSpace(s.src, from + 1)
  return s.src[p] === 0x7d ? p + 1 : scanMembers(s, s.block.root, p, 1)
}

const emptyPath = new TextEncoder().encode('[')

function scanFacility(s: JsonState, from: number): number {
  const { fixed, limits } = s
  if (s.src[from] !== 0x22) return refuse(s, 'facility-not-text', from, 'facility must be text')
  const p = scanText(s, from + 1)
  if (p < 0) return p
  if (s.bytes > limits.facilityBytesMax) {
    const detail = `facility has ${s.bytes} bytes, ${limits.facilityBytesMax} are allowed`
    return refuse(s, 'facility-too-long', from, detail)
  }
  if (s.bytes === 0) return refuse(s, 'facility-missing', from, 'facility must not be empty')
  const bytes = s.escaped ? s.block.extra : s.src
  const start = s.escaped ? s.reference - extraBase : from + 1
  for (let i = start; i < start + s.bytes; i++) {
    const byte = bytes[i] ?? 0
    if (byte < 0x20 || byte === 0x7f) {
      return refuse(s, 'facility-control-character', from, 'facility holds a control character')
    }
  }
  fixed.facilityReference = s.reference
  fixed.facilityBytes = s.bytes
  return p
}

function scanEventText(s: JsonState, from: number): number {
  const { fixed, limits } = s
  if (s.src[from] !== 0x22) return refuse(s, 'event-not-text', from, 'event must be text')
  const p = scanText(s, from + 1)
  if (p < 0) return p
  if (s.bytes > limits.eventNameBytesMax) {
    const detail = `event has ${s.bytes} bytes, ${limits.eventNameBytesMax} are allowed`
    return refuse(s, 'event-too-long', from, detail)
  }
  if (s.bytes === 0) return refuse(s, 'event-missing', from, 'event must not be empty')
  fixed.eventReference = s.reference
  fixed.eventBytes = s.bytes
  return p
}

function scanLevel(s: JsonState, from: number): number {
  let p = from
  let level = -1
  if (s.src[from] === 0x22) {
    p = scanText(s, from + 1)
    if (p < 0) return p
    level = s.escaped
      ? levelOfBytes(s.block.extra, s.reference - extraBase, s.reference - extraBase + s.bytes)
      : levelOfBytes(s.src, from + 1, from + 1 + s.bytes)
  } else if ((s.src[from] ?? 0) <= 0x39) {
    p = scanNumber(s, from)
    if (p < 0) return p
    level = p === from + 1 ? levelOfNumber(s.number) : -1
  }
  if (level < 0) {
    const detail =
      'level must be emerg, alert, crit, error, warn, notice, info, debug, an alias or 0 to 7'
    return refuse(s, 'level-unknown', from, detail)
  }
  s.fixed.level = level
  return p
}

function scanTimestamp(s: JsonState, from: number): number {
  let p = from
  let wrong = 'it is neither text nor a number'
  if (s.src[from] === 0x22) {
    p = scanText(s, from + 1)
    if (p < 0) return p
    const start = s.reference - extraBase
    wrong = s.escaped
      ? parseTimestamp(s.block.extra, start, start + s.bytes, s.instant)
      : parseTimestamp(s.src, from + 1, from + 1 + s.bytes, s.instant)
  } else if ((s.src[from] ?? 0) <= 0x39) {
    p = scanNumber(s, from)
    if (p < 0) return p
    wrong =
      p - from > 64 ? 'it has too many digits' : parseEpochMs(asciiOf(s.src, from, p), s.instant)
  }
  if (wrong !== '') return refuse(s, 'timestamp-invalid', from, `timestamp: ${wrong}`)
  s.fixed.timestampMs = s.instant.ms
  s.fixed.timestampNanos = s.instant.nanos
  return p
}

/** Whether the event that ends at the brace at `p` has all it must have. */
function checkComplete(s: JsonState, p: number): number {
  const { fixed, eventStart } = s
  if (p + 1 - eventStart > s.limits.eventBytesMax) return tooLarge(s)
  if (fixed.facilityBytes === 0)
    return refuse(s, 'facility-missing', eventStart, 'facility is required')
  if (fixed.level < 0) return refuse(s, 'level-missing', eventStart, 'level is required')
  if (fixed.eventBytes === 0) return refuse(s, 'event-missing', eventStart, 'event is required')
  return p + 1
}
