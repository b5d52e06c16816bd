import type { RefusalCode } from '../event/refusal.ts'
import type { Instant } from '../event/time.ts'
import type { BlockBuilder } from '../ring/block-builder.ts'
import type { FixedMembers } from '../ring/sealed-block.ts'
import type { DecodeLimits, DecodeTarget } from './contract.ts'

/** What a scanning function returns instead of a position when it cannot go on; see `refuse`. */
export const failed = -1

/**
 * What the scanning functions of one body share. They take a position, return the position behind what
 * they have read, and leave further results here, so that nothing is allocated for an event.
 */
export class ScanState {
  readonly src: Uint8Array
  readonly view: DataView
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

  /** Of the text or leaf read last: its reference in the block and its bytes. */
  reference = 0
  bytes = 0

  /** Of the number read last: its Kind, and its value as that kind keeps it. */
  numberKind = 0
  number = 0
  low = 0
  high = 0

  readonly instant: Instant = { ms: 0, nanos: 0 }
  /** Where a timestamp stands whose minute is `minuteMs`; -1: none yet. */
  minuteAt = -1
  minuteMs = 0

  // Why the last function has failed. An empty code: the bytes are not in the body's format.
  code: RefusalCode | '' = ''
  failedAt = 0
  detail = ''

  constructor(src: Uint8Array, target: DecodeTarget, limits: DecodeLimits) {
    this.src = src
    this.view = new DataView(src.buffer, src.byteOffset, src.byteLength)
    this.end = src.length
    this.limits = limits
    this.target = target
    this.block = target.block
    this.delta = target.delta
  }
}

/** Makes room for the event at `p`, in another block if need be, and begins it. */
export function openEvent(s: ScanState, p: number): void {
  if (s.block.isFull(p + s.delta - s.block.arenaBytes)) {
    s.target.rollover(p)
    s.block = s.target.block
    s.delta = s.target.delta
  }
  const { fixed } = s
  s.eventStart = p
  s.names = 0
  fixed.facilityBytes = 0
  fixed.eventBytes = 0
  fixed.level = -1
  fixed.timestampMs = s.target.receivedMs
  fixed.timestampNanos = 0
  s.block.beginEvent()
}

/** The event breaks a rule, at that byte. */
export function refuse(s: ScanState, code: RefusalCode, at: number, detail: string): typeof failed {
  s.code = code
  s.failedAt = at
  s.detail = detail
  return failed
}

/** What stands at that byte is not JSON, or not msgpack. */
export function malformed(s: ScanState, at: number, detail: string): typeof failed {
  s.code = ''
  s.failedAt = at
  s.detail = detail
  return failed
}

export function tooDeep(s: ScanState, at: number): typeof failed {
  const detail = `more than ${s.limits.nestingMax} levels inside additional`
  return refuse(s, 'nesting-too-deep', at, detail)
}

export function tooManyNames(s: ScanState, at: number): typeof failed {
  return refuse(s, 'too-many-names', at, `additional has more than ${s.limits.namesMax} names`)
}

export function nameTooLong(s: ScanState, at: number): typeof failed {
  const detail = `a name has ${s.bytes} bytes, ${s.limits.nameBytesMax} are allowed`
  return refuse(s, 'name-too-long', at, detail)
}
