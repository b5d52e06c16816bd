import { levelOfBytes, levelOfNumber } from '../event/level.ts'
import { parseEpochMs } from '../event/time.ts'
import { Kind } from '../event/kind.ts'
import {
  additionalMember,
  checkComplete,
  eventMember,
  facilityMember,
  forgetAdditional,
  levelMember,
  memberOf,
  msgpackMembers,
  takeEventText,
  takeFacility,
  takeLevel,
  takeTimestamp,
  timestampMember,
  tooLarge,
  unknownMember,
  unknownName,
} from './event-members.ts'
import { scanMembers } from './msgpack-members.ts'
import { isUndefined, readName, textOf, undefinedBytes } from './msgpack-names.ts'
import { Family, type MsgpackState } from './msgpack-state.ts'
import {
  checkText,
  readTimestamp,
  readValueHead,
  recordNames,
  toInstant,
} from './msgpack-values.ts'
import { failed, refuse } from './scan-state.ts'
import { readTimestampText } from './timestamp-text.ts'

/**
 * Reads the event whose head has just been read (a map or a record; its members begin at `from`) into the
 * block's next row; the position behind it. The caller counts the row or abandons it.
 */
export function scanEvent(s: MsgpackState, from: number): number {
  const record = s.family === Family.Record ? recordNames(s, s.count) : null
  const count = record === null ? s.count : record.length / 2
  let p = from
  let expected = -1
  for (let i = 0; i < count; i++) {
    const pattern = msgpackMembers[++expected]
    let nameAt = p + 1
    let nameEnd = p
    // Fast path: clients send the members in one order.
    if (record === null && pattern?.standsAt(s.view, s.end, p) === true)
      p = nameEnd = p + pattern.length
    else {
      nameAt = record?.[i * 2] ?? 0
      nameEnd = record?.[i * 2 + 1] ?? 0
      if (record === null) {
        nameAt = readName(s, p)
        if (nameAt < 0) return nameAt
        p = nameEnd = nameAt + s.count
      }
      expected = memberOf(s.src, nameAt, nameEnd - nameAt)
    }
    const member = expected
    if (member !== unknownMember) p = scanMember(s, member, p)
    else if (!isUndefined(s, p)) p = unknownName(s, nameAt)
    else p = checkText(s, nameAt, nameEnd - nameAt) < 0 ? failed : p + undefinedBytes
    if (p < 0) {
      s.segments.push(textOf(s, nameAt, Math.min(nameEnd, nameAt + s.limits.nameBytesMax)))
      return p
    }
    if (p - s.eventStart > s.limits.eventBytesMax) return tooLarge(s)
  }
  return checkComplete(s, p)
}

function scanMember(s: MsgpackState, member: number, from: number): number {
  const p = readValueHead(s, from)
  if (p < 0) return p
  if (s.family === Family.Undefined) return forgetMember(s, member, p)
  switch (member) {
    case facilityMember:
      if (s.family !== Family.Text)
        return refuse(s, 'facility-not-text', from, 'facility must be text')
      return readText(s, p) < 0 || takeFacility(s, from, s.src, p) < 0 ? failed : p + s.bytes
    case eventMember:
      if (s.family !== Family.Text) return refuse(s, 'event-not-text', from, 'event must be text')
      return readText(s, p) < 0 || takeEventText(s, from) < 0 ? failed : p + s.bytes
    case levelMember:
      return scanLevel(s, p)
    case timestampMember:
      return scanTimestamp(s, p)
    default:
      if (s.family !== Family.Map && s.family !== Family.Record) {
        return refuse(s, 'additional-not-object', from, 'additional must be a map')
      }
      forgetAdditional(s)
      return scanMembers(s, s.block.root, p, 1)
  }
}

/** An undefined member is an absent one, also behind another of its name. */
function forgetMember(s: MsgpackState, member: number, p: number): number {
  const { fixed } = s
  if (member === facilityMember) fixed.facilityBytes = 0
  else if (member === eventMember) fixed.eventBytes = 0
  else if (member === levelMember) fixed.level = -1
  else if (member === additionalMember) forgetAdditional(s)
  else {
    fixed.timestampMs = s.target.receivedMs
    fixed.timestampNanos = 0
  }
  return p
}

function readText(s: MsgpackState, p: number): number {
  s.bytes = s.count
  s.reference = p + s.delta
  return checkText(s, p, s.count)
}

function scanLevel(s: MsgpackState, p: number): number {
  let level = -1
  let end = p
  if (s.family === Family.Text) {
    end = p + s.count
    level = levelOfBytes(s.src, p, end)
  } else if (s.family === Family.Int && s.numberKind === Kind.Int) level = levelOfNumber(s.number)
  return takeLevel(s, p, level) < 0 ? failed : end
}

function scanTimestamp(s: MsgpackState, p: number): number {
  let wrong = 'it is neither text nor a number nor a timestamp'
  let end = p
  if (s.family === Family.Text) {
    end = p + s.count
    wrong = readTimestampText(s, p, end)
  } else if (s.family === Family.Int || s.family === Family.Float) {
    // A double is taken as the decimal number that JavaScript prints for it, as if it had come as JSON.
    const usable = s.numberKind === Kind.Int || s.numberKind === Kind.Double
    wrong = usable
      ? parseEpochMs(String(s.number), s.instant)
      : 'it is outside the years 0000 to 9999'
  } else if (s.family === Family.Extension) {
    end = readTimestamp(s, p)
    if (end < 0) return end
    wrong = toInstant(s, s.instant)
  }
  return takeTimestamp(s, p, wrong) < 0 ? failed : end
}
