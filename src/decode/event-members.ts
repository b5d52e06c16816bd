import { ownFacility } from '../event/own-facility.ts'
import { NamePattern } from '../ring/name-pattern.ts'
import { type failed, refuse, type ScanState } from './scan-state.ts'

/* The five members of an event: which name is which, and the rules that hold for both formats. */

const names = ['facility', 'timestamp', 'level', 'event', 'additional']

const memberNames = names.map((name) => new TextEncoder().encode(name))

/** How the bodies of each format spell the names, up to where the value begins. */
export const jsonMembers = memberNames.map((name) => new NamePattern([...name, 0x22, 0x3a]))
export const msgpackMembers = memberNames.map(
  (name) => new NamePattern([0xa0 | name.length, ...name]),
)

export const facilityMember = 0
export const timestampMember = 1
export const levelMember = 2
export const eventMember = 3
export const additionalMember = 4
export const unknownMember = -1

/** Which member `bytes[from..from + length)` names. */
export function memberOf(bytes: Uint8Array, from: number, length: number): number {
  for (let member = 0; member < memberNames.length; member++) {
    const name = memberNames[member]
    if (name?.length !== length) continue
    let same = 0
    while (same < length && bytes[from + same] === name[same]) same++
    if (same === length) return member
  }
  return unknownMember
}

export function unknownName(s: ScanState, at: number): typeof failed {
  const detail = `an event has ${names.join(', ')}; anything else goes inside additional`
  return refuse(s, 'unknown-member', at, detail)
}

export function tooLarge(s: ScanState): typeof failed {
  const detail = `the event has more than ${s.limits.eventBytesMax} bytes`
  return refuse(s, 'event-too-large', s.eventStart, detail)
}

/** Takes the text just read, which is `bytes[start..start + s.bytes)`, as the facility. */
export function takeFacility(s: ScanState, at: number, bytes: Uint8Array, start: number): number {
  for (let i = start; i < start + s.bytes; i++) {
    if ((bytes[i] ?? 0) >= 0x20) continue
    return refuse(s, 'facility-control-character', at, 'facility holds a control character')
  }
  return takeCleanFacility(s, at, bytes, start)
}

const reserved = new TextEncoder().encode(ownFacility)

/** Takes the text just read, which holds no control character, as the facility. */
export function takeCleanFacility(
  s: ScanState,
  at: number,
  bytes: Uint8Array,
  start: number,
): number {
  const { fixed, limits } = s
  if (s.bytes > limits.facilityBytesMax) {
    const detail = `facility has ${s.bytes} bytes, ${limits.facilityBytesMax} are allowed`
    return refuse(s, 'facility-too-long', at, detail)
  }
  if (s.bytes === 0) return refuse(s, 'facility-missing', at, 'facility must not be empty')
  if (s.bytes === reserved.length && isReserved(bytes, start) && limits.isOwn !== true) {
    return refuse(s, 'facility-reserved', at, `the facility ${ownFacility} is the server's own`)
  }
  fixed.facilityReference = s.reference
  fixed.facilityBytes = s.bytes
  return 0
}

function isReserved(bytes: Uint8Array, start: number): boolean {
  let same = 0
  while (same < reserved.length && bytes[start + same] === reserved[same]) same++
  return same === reserved.length
}

export function takeEventText(s: ScanState, at: number): number {
  const { fixed, limits } = s
  if (s.bytes > limits.eventNameBytesMax) {
    const detail = `event has ${s.bytes} bytes, ${limits.eventNameBytesMax} are allowed`
    return refuse(s, 'event-too-long', at, detail)
  }
  if (s.bytes === 0) return refuse(s, 'event-missing', at, 'event must not be empty')
  fixed.eventReference = s.reference
  fixed.eventBytes = s.bytes
  return 0
}

export function takeLevel(s: ScanState, at: number, level: number): number {
  if (level < 0) {
    const detail =
      'level must be emerg, alert, crit, error, warn, notice, info, debug, an alias or 0 to 7'
    return refuse(s, 'level-unknown', at, detail)
  }
  s.fixed.level = level
  return 0
}

/** Takes `s.instant`, unless there is something wrong with it. */
export function takeTimestamp(s: ScanState, at: number, wrong: string): number {
  if (wrong !== '') return refuse(s, 'timestamp-invalid', at, `timestamp: ${wrong}`)
  s.fixed.timestampMs = s.instant.ms
  s.fixed.timestampNanos = s.instant.nanos
  return 0
}

const everything = new TextEncoder().encode('[]')

/** A second `additional` replaces the first. */
export function forgetAdditional(s: ScanState): void {
  if (s.names === 0) return
  s.block.forget(s.block.root)
  s.block.forgetRest(everything)
}

/** Whether the event that ends before `end` has all it must have; `end`, or failed. */
export function checkComplete(s: ScanState, end: number): number {
  const { fixed, eventStart } = s
  if (end - eventStart > s.limits.eventBytesMax) return tooLarge(s)
  if (fixed.facilityBytes === 0)
    return refuse(s, 'facility-missing', eventStart, 'facility is required')
  if (fixed.level < 0) return refuse(s, 'level-missing', eventStart, 'level is required')
  if (fixed.eventBytes === 0) return refuse(s, 'event-missing', eventStart, 'event is required')
  return end
}
