import { refusalsListedMax } from './contract.ts'
import type { DecodeLimits, Decoder, DecodeTarget, Refusal, Unreadable } from './contract.ts'
import { scanEvent } from './json-event.ts'
import { pointerAt } from './json-pointer.ts'
import { JsonState, skipSpace } from './json-state.ts'
import { failed, openEvent, refuse } from './scan-state.ts'
import { skipValue } from './json-skip.ts'

/*
 * A body of JSON: one event, an array of events, or any sequence of these, with or without newlines
 * between them. The first bytes may be a byte order mark.
 *
 * An event that breaks a rule is refused alone, and reading goes on exactly behind it. Where the text is
 * not JSON nobody can know where an event ends, and the body is unreadable, with one exception: a body of
 * one event a line. When the next line that is not blank begins with a brace, or there is none and a value
 * began on an earlier line, what is not JSON is refused as `json-malformed` up to the end of its line,
 * which no text can hold, and reading goes on at the next. Inside an array there is no such exception.
 */

export function makeJsonDecoder(
  src: Uint8Array,
  target: DecodeTarget,
  limits: DecodeLimits,
): Decoder {
  return new JsonDecoder(src, target, limits)
}

class JsonDecoder implements Decoder {
  position = 0
  accepted = 0
  rejectedCount = 0
  readonly rejected: Refusal[] = []
  unreadable: Unreadable | null = null
  readonly #state: JsonState
  #inArray = false
  /** Where the first value or array began; -1 before it. */
  #firstValueAt = -1

  constructor(src: Uint8Array, target: DecodeTarget, limits: DecodeLimits) {
    this.#state = new JsonState(src, target, limits)
    if (src[0] === 0xef && src[1] === 0xbb && src[2] === 0xbf) this.position = 3
  }

  step(untilByte: number): 'more' | 'done' | 'unreadable' | 'too-many' {
    const s = this.#state
    s.block = s.target.block
    s.delta = s.target.delta
    while (this.unreadable === null) {
      const p = skipSpace(s.src, this.position)
      this.position = p
      if (p >= s.end) return this.#end()
      if (p > untilByte) return 'more'
      if (this.#firstValueAt < 0) this.#firstValueAt = p
      if (!this.#inArray && s.src[p] === 0x5b) {
        this.#openArray(p)
        continue
      }
      if (this.accepted + this.rejectedCount >= s.limits.batchEventsMax) return 'too-many'
      this.position = this.#readEvent(p)
      if (this.#inArray && this.unreadable === null) this.#readSeparator()
    }
    return 'unreadable'
  }

  #end(): 'done' | 'unreadable' {
    if (this.#inArray) this.#stop(this.position, 'the body ends inside an array')
    else if (this.#firstValueAt < 0) {
      this.#stop(this.position, 'the body holds no value')
    }
    return this.unreadable === null ? 'done' : 'unreadable'
  }

  #openArray(p: number): void {
    const next = skipSpace(this.#state.src, p + 1)
    this.#inArray = this.#state.src[next] !== 0x5d
    this.position = this.#inArray ? next : next + 1
  }

  #readSeparator(): void {
    const { src } = this.#state
    const p = skipSpace(src, this.position)
    this.position = p + 1
    if (src[p] === 0x5d) this.#inArray = false
    else if (src[p] !== 0x2c) this.#stop(p, 'a comma or ] is missing in an array')
    else if (p + 1 >= src.length) this.#stop(p + 1, 'the body ends inside an array')
  }

  /** Reads the value at `p` as an event; the position behind it. */
  #readEvent(p: number): number {
    const s = this.#state
    if (s.src[p] !== 0x7b) {
      refuse(s, 'not-an-object', p, 'an event must be an object')
      return this.#refuseValue(p)
    }
    openEvent(s, p)
    const next = scanEvent(s, p)
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
    const next = skipValue(s, p)
    if (next !== failed) {
      if (code === '') throw new Error(`the scanner stopped at byte ${failedAt} of valid JSON`)
      const pointer = this.#listed ? pointerAt(s.src, p, failedAt) : ''
      this.#refuse({ index: this.#index, code, pointer, detail })
      return next
    }
    const lineEnd = this.#inArray ? failed : this.#malformedLine(p)
    if (lineEnd === failed) {
      this.#stop(s.failedAt, s.detail)
      return p
    }
    const where = `${s.detail}, at byte ${s.failedAt} of the body`
    this.#refuse({ index: this.#index, code: 'json-malformed', pointer: '', detail: where })
    return lineEnd
  }

  get #index(): number {
    return this.accepted + this.rejectedCount
  }

  get #listed(): boolean {
    return this.rejectedCount < refusalsListedMax
  }

  #refuse(refusal: Refusal): void {
    if (this.#listed) this.rejected.push(refusal)
    this.rejectedCount++
  }

  #stop(byte: number, detail: string): void {
    this.unreadable = { byte, detail }
  }

  /** Where to go on if the malformed value at `p` is on one line of many, else `failed`. */
  #malformedLine(p: number): number {
    const { src, end } = this.#state
    const newline = src.indexOf(0x0a, p)
    const next = newline < 0 ? end : skipSpace(src, newline)
    if (next < end) return src[next] === 0x7b ? next : failed
    return this.#firstValueAt >= 0 && src.lastIndexOf(0x0a, p) > this.#firstValueAt ? end : failed
  }
}
