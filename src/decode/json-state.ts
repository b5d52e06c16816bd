import type { RefusalCode } from '../event/refusal.ts'
import type { Instant } from '../event/time.ts'
import type { BlockBuilder, FixedMembers } from '../ring/block-builder.ts'
import type { DecodeLimits, DecodeTarget } from './contract.ts'

/** What a scanning function returns instead of a position when it cannot go on; see `refuse`. */
export const failed = -1

/**
 * What the scanning functions of one body share. They take a position, return the position behind what
 * they have read, and leave further results here: fields of one object are as fast as locals to the
 * compiler's eyes, and nothing is allocated for an event.
 */
export class JsonState {
  readonly src: Uint8Array
  readonly end: number
  readonly limits: DecodeLimits
  readonly target: DecodeTarget
  block: BlockBuilder
  delta: number

  // Of the event being read.
  eventStart = 0
  names = 0
  readonly fixed: FixedMembers = {
    facilityReference: 0,
    facilityBytes: 0,
    eventReference: 0,
    eventBytes: 0,
    level: -1,
    timestampMs: 0,
    timestampNanos: 0,
  }

  /** Of the text or leaf read last: its reference in the block, its bytes, and whether it had escapes. */
  reference = 0
  bytes = 0
  escaped = false

  /** Of the number read last: its Kind, and its value as that kind keeps it. */
  numberKind = 0
  number = 0
  low = 0
  high = 0

  /** Of the leaf being checked: whether it stands as compact text, without duplicate names. */
  leafSpaces = false
  leafDuplicates = false

  readonly instant: Instant = { ms: 0, nanos: 0 }

  // Why the last function has failed. An empty code: the text is not JSON.
  code: RefusalCode | '' = ''
  failedAt = 0
  detail = ''

  constructor(src: Uint8Array, target: DecodeTarget, limits: DecodeLimits) {
    this.src = src
    this.end = src.length
    this.limits = limits
    this.target = target
    this.block = target.block
    this.delta = target.delta
  }
}

/** The event breaks a rule, at that byte. */
export function refuse(s: JsonState, code: RefusalCode, at: number, detail: string): typeof failed {
  s.code = code
  s.failedAt = at
  s.detail = detail
  return failed
}

/** What stands at that byte is not JSON. */
export function malformed(s: JsonState, at: number, detail: string): typeof failed {
  s.code = ''
  s.failedAt = at
  s.detail = detail
  return failed
}

/** The position of the next byte that is not JSON whitespace. */
export function skipSpace(src: Uint8Array, from: number): number {
  let p = from
  for (;;) {
    const byte = src[p] ?? 0
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return p
    p++
  }
}

export function tooDeep(s: JsonState, at: number): typeof failed {
  const detail = `more than ${s.limits.nestingMax} levels inside additional`
  return refuse(s, 'nesting-too-deep', at, detail)
}

export function tooManyNames(s: JsonState, at: number): typeof failed {
  return refuse(s, 'too-many-names', at, `additional has more than ${s.limits.namesMax} names`)
}

export function nameTooLong(s: JsonState, at: number): typeof failed {
  const detail = `a name has ${s.bytes} bytes, ${s.limits.nameBytesMax} are allowed`
  return refuse(s, 'name-too-long', at, detail)
}
