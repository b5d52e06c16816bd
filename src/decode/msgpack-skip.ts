import { readValueHead, recordNames } from './msgpack-values.ts'
import { Family, type MsgpackState } from './msgpack-state.ts'

/**
 * The position behind the value at `from`, or `failed` when it is not msgpack. msgpack closes nothing, so
 * one count of the values still to come stands for any nesting.
 */
export function skipValue(s: MsgpackState, from: number): number {
  let p = from
  let pending = 1
  while (pending > 0) {
    p = readValueHead(s, p)
    if (p < 0) return p
    pending--
    if (s.family === Family.Map) pending += s.count * 2
    else if (s.family === Family.Array) pending += s.count
    else if (s.family === Family.Record) pending += recordNames(s, s.count).length / 2
    else if (
      s.family === Family.Text ||
      s.family === Family.Bytes ||
      s.family === Family.Extension
    ) {
      p += s.count
    }
  }
  return p
}
