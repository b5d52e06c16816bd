import {
  checkComplete,
  eventMember,
  facilityMember,
  forgetAdditional,
  jsonMembers,
  levelMember,
  memberOf,
  takeEventText,
  takeCleanFacility,
  takeFacility,
  takeLevel,
  takeTimestamp,
  timestampMember,
  tooLarge,
  unknownMember,
  unknownName,
} from './event-members.ts'
import { levelOfBytes, levelOfNumber } from '../event/level.ts'
import { parseEpochMs, parseTimestamp } from '../event/time.ts'
import { extraBase } from '../ring/block-builder.ts'
import { scanMembers } from './json-members.ts'
import { asciiOf, scanNumber } from './json-number.ts'
import { type JsonState, skipSpace } from './json-state.ts'
import { failed, malformed, refuse } from './scan-state.ts'
import { scanText } from './json-text.ts'
import { readTimestampText } from './timestamp-text.ts'

/**
 * Reads the event whose brace is at `from` into the block's next row; the position behind it. The caller
 * counts the row with `endEvent(s.fixed)` or abandons it.
 */
export function scanEvent(s: JsonState, from: number): number {
  const { src } = s
  let p = from + 1
  if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
  if (src[p] === 0x7d) return checkComplete(s, p + 1)
  for (let expected = 0; ; expected++) {
    if (src[p] !== 0x22) return malformed(s, p, 'a name in quotes is missing')
    const nameAt = p
    const pattern = jsonMembers[expected]
    // Fast path: clients send the members in one order.
    if (pattern?.standsAt(s.view, s.end, p + 1) === true) p += 1 + pattern.length
    else {
      p = scanText(s, nameAt + 1)
      if (p < 0) return p
      expected = memberOfName(s, nameAt + 1)
      p = skipSpace(src, p)
      if (src[p] !== 0x3a) return malformed(s, p, 'a colon is missing behind a name')
      p++
    }
    if (expected === unknownMember) return unknownName(s, nameAt)
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
    p = scanMember(s, expected, p)
    if (p < 0) return p
    if (p - from > s.limits.eventBytesMax) return tooLarge(s)
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
    const byte = src[p]
    if (byte === 0x7d) return checkComplete(s, p + 1)
    if (byte !== 0x2c) return malformed(s, p, 'a comma or } is missing in an object')
    p++
    if ((src[p] ?? 0) <= 0x20) p = skipSpace(src, p)
  }
}

/** Which member the name just read is. */
function memberOfName(s: JsonState, nameAt: number): number {
  const start = s.escaped ? s.reference - extraBase : nameAt
  return memberOf(s.escaped ? s.block.extra : s.src, start, s.bytes)
}

function scanMember(s: JsonState, member: number, from: number): number {
  if (member === facilityMember) return scanFacility(s, from)
  if (member === timestampMember) return scanTimestamp(s, from)
  if (member === levelMember) return scanLevel(s, from)
  if (member === eventMember) return scanEventText(s, from)
  if (s.src[from] !== 0x7b) {
    return refuse(s, 'additional-not-object', from, 'additional must be an object')
  }
  forgetAdditional(s)
  const p = skipSpace(s.src, from + 1)
  return s.src[p] === 0x7d ? p + 1 : scanMembers(s, s.block.root, p, 1)
}

function scanFacility(s: JsonState, from: number): number {
  if (s.src[from] !== 0x22) return refuse(s, 'facility-not-text', from, 'facility must be text')
  const p = scanText(s, from + 1)
  if (p < 0) return p
  // Only an escape can bring a control character.
  const wrong = s.escaped
    ? takeFacility(s, from, s.block.extra, s.reference - extraBase)
    : takeCleanFacility(s, from, s.src, from + 1)
  return wrong < 0 ? wrong : p
}

function scanEventText(s: JsonState, from: number): number {
  if (s.src[from] !== 0x22) return refuse(s, 'event-not-text', from, 'event must be text')
  const p = scanText(s, from + 1)
  if (p < 0) return p
  return takeEventText(s, from) < 0 ? failed : p
}

function scanLevel(s: JsonState, from: number): number {
  let p = from
  let level = -1
  if (s.src[from] === 0x22) {
    p = scanText(s, from + 1)
    if (p < 0) return p
    const start = s.escaped ? s.reference - extraBase : from + 1
    level = levelOfBytes(s.escaped ? s.block.extra : s.src, start, start + s.bytes)
  } else if ((s.src[from] ?? 0) <= 0x39) {
    p = scanNumber(s, from)
    if (p < 0) return p
    level = p === from + 1 ? levelOfNumber(s.number) : -1
  }
  return takeLevel(s, from, level) < 0 ? failed : p
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
      : readTimestampText(s, from + 1, from + 1 + s.bytes)
  } else if ((s.src[from] ?? 0) <= 0x39) {
    p = scanNumber(s, from)
    if (p < 0) return p
    wrong =
      p - from > 64 ? 'it has too many digits' : parseEpochMs(asciiOf(s.src, from, p), s.instant)
  }
  return takeTimestamp(s, from, wrong) < 0 ? failed : p
}
