import { refusalsListedMax } from './contract.ts'
import type { DecodeLimits, Decoder, DecodeTarget, Refusal, Unreadable } from './contract.ts'
import { escapeName } from './json-pointer.ts'
import { scanEvent } from './msgpack-event.ts'
import { undoDefinitions } from './msgpack-rewrite.ts'
import { skipValue } from './msgpack-skip.ts'
import { Family, MsgpackState } from './msgpack-state.ts'
import { readValueHead } from './msgpack-values.ts'
import { openEvent, refuse } from './scan-state.ts'

/*
 * A body of msgpack: one event, an array of events, or any sequence of these. Events are maps, or records as
 * msgpackr writes them. An event that breaks a rule is refused alone, and reading goes on behind it; bytes
 * that are not msgpack end the body, for behind them nothing has a beginning.
 */

export function makeMsgpackDecoder(
  src: Uint8Array,
  target: DecodeTarget,
  limits: DecodeLimits,
): Decoder {
  return new MsgpackDecoder(src, target, limits)
}

class MsgpackDecoder implements Decoder {
  position = 0
  accepted = 0
  rejectedCount = 0
  readonly rejected: Refusal[] = []
  unreadable: Unreadable | null = null
  readonly #state: MsgpackState
  /** Elements still to come of the array being read. */
  #pending = 0

  constructor(src: Uint8Array, target: DecodeTarget, limits: DecodeLimits) {
    this.#state = new MsgpackState(src, target, limits)
  }

  step(untilByte: number): 'more' | 'done' | 'unreadable' | 'too-many' {
    const s = this.#state
    s.block = s.target.block
    s.delta = s.target.delta
    while (this.unreadable === null) {
      const p = this.position
      if (p >= s.end) return this.#end()
      if (p > untilByte) return 'more'
      if (this.#pending === 0 && this.#openArray(p)) continue
      if (this.accepted + this.rejectedCount >= s.limits.batchEventsMax) return 'too-many'
      this.position = this.#readEvent(p)
      if (this.#pending > 0) this.#pending--
    }
    return 'unreadable'
  }

  #end(): 'done' | 'unreadable' {
    if (this.#pending > 0) this.#stop(this.#state.end, 'the body ends inside an array')
    else if (this.#state.end === 0) this.#stop(0, 'the body holds no value')
    return this.unreadable === null ? 'done' : 'unreadable'
  }

  /** Goes into the array at `p`, if there is one. */
  #openArray(p: number): boolean {
    const s = this.#state
    const first = s.src[p] ?? 0
    if ((first < 0x90 || first > 0x9f) && first !== 0xdc && first !== 0xdd) return false
    const next = readValueHead(s, p)
    if (next < 0) this.#stop(s.failedAt, s.detail)
    else {
      this.#pending = s.count
      this.position = next
    }
    return true
  }

  /** Reads the value at `p` as an event; the position behind it. */
  #readEvent(p: number): number {
    const s = this.#state
    if (s.undo.length > 0) s.undo.length = 0
    if (s.segments.length > 0) s.segments.length = 0
    const from = readValueHead(s, p)
    if (from < 0) return this.#refuseValue(p)
    if (s.family !== Family.Map && s.family !== Family.Record) {
      refuse(s, 'not-an-object', p, 'an event must be a map')
      return this.#refuseValue(p)
    }
    openEvent(s, p)
    const next = scanEvent(s, from)
    if (next < 0) {
      s.block.abandonEvent()
      return this.#refuseValue(p)
    }
    s.block.endEvent(s.fixed)
    this.accepted++
    return next
  }

  /** The value at `p` has failed, as the state says: finds its end, or that it has none. */
  #refuseValue(p: number): number {
    const s = this.#state
    const { code, failedAt, detail } = s
    undoDefinitions(s, 0)
    const next = skipValue(s, p)
    if (next < 0) {
      this.#stop(s.failedAt, s.detail)
      return p
    }
    if (code === '') throw new Error(`the scanner stopped at byte ${failedAt} of valid msgpack`)
    if (this.rejectedCount < refusalsListedMax) {
      const pointer = s.segments
        .map((name) => `/${escapeName(name)}`)
        .toReversed()
        .join('')
      const index = this.accepted + this.rejectedCount
      this.rejected.push({ index, code, pointer, detail })
    }
    this.rejectedCount++
    return next
  }

  #stop(byte: number, detail: string): void {
    this.unreadable = { byte, detail }
  }
}
