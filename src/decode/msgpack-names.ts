import { readHead } from './msgpack-head.ts'
import { Family, type MsgpackState } from './msgpack-state.ts'
import { checkText } from './msgpack-values.ts'
import { nameTooLong, refuse } from './scan-state.ts'

/** How an empty object is kept, in either format. */
export const emptyObject = new TextEncoder().encode('{}')

/** Reads the head of a map's key: where its text begins. */
export function readName(s: MsgpackState, p: number): number {
  const first = s.src[p] ?? 0
  // Fast path: nearly every name has fewer than 32 bytes.
  if (first >= 0xa0 && first < 0xc0 && p + 1 + (first & 0x1f) <= s.end) {
    s.count = first & 0x1f
    return p + 1
  }
  const at = readHead(s, p)
  if (at < 0 || s.family === Family.Text) return at
  return refuse(s, 'name-not-text', p, 'the keys of a map must be text')
}

export function checkName(s: MsgpackState, from: number, to: number): number {
  s.bytes = to - from
  return s.bytes > s.limits.nameBytesMax ? nameTooLong(s, from) : checkText(s, from, s.bytes)
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

export function textOf(s: MsgpackState, from: number, to: number): string {
  return utf8.decode(s.src.subarray(from, Math.min(to, from + 1024)))
}

/** fixext1 of type 0: msgpackr's undefined. */
export const undefinedBytes = 3

export function isUndefined(s: MsgpackState, p: number): boolean {
  return (
    s.src[p] === 0xd4 && s.src[p + 1] === 0 && s.src[p + 2] === 0 && p + undefinedBytes <= s.end
  )
}
