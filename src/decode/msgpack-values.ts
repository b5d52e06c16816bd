import { type Instant, setInstant, timestampMaxMs, timestampMinMs } from '../event/time.ts'
import { readHead } from './msgpack-head.ts'
import { Family, type MsgpackState, type RecordNames } from './msgpack-state.ts'
import { malformed, refuse } from './scan-state.ts'
import { utf8Next } from './utf8.ts'

/** Refuses a text whose `count` bytes from `from` on are not UTF-8. Cost: 0.7 ns a byte. */
export function checkText(s: MsgpackState, from: number, count: number): number {
  const { src, view } = s
  const end = from + count
  let p = from
  // Fast path: four ASCII bytes at a time.
  if (count >= 4) {
    while (p < end - 4 && (view.getInt32(p) & 0x80808080) === 0) p += 4
    // The last word overlaps the one before, so that no bytes are left to be looked at one by one.
    if (p >= end - 4 && (view.getInt32(end - 4) & 0x80808080) === 0) return end
  }
  while (p < end) {
    if ((src[p] ?? 0) < 0x80) {
      p++
      continue
    }
    const next = utf8Next(src, p, end)
    if (next < 0) return refuse(s, 'text-invalid-utf8', p, `byte ${p} of the body is not UTF-8`)
    p = next
  }
  return end
}

export function checkFinite(s: MsgpackState, at: number): number {
  if (Number.isFinite(s.number)) return at
  return refuse(s, 'number-out-of-range', at, 'NaN and the infinities have no place in JSON')
}

/** Whether the head just read is a timestamp's; then `low` is its nanoseconds and `number` its seconds. */
export function readTimestamp(s: MsgpackState, at: number): number {
  const { view, count } = s
  if (s.extension !== -1 || (count !== 4 && count !== 8 && count !== 12)) {
    const detail = `extension type ${s.extension} of ${count} bytes is not supported`
    return refuse(s, 'extension-unsupported', at, detail)
  }
  if (count === 4) {
    s.low = 0
    s.number = view.getUint32(at)
  } else if (count === 8) {
    const high = view.getUint32(at)
    s.low = high >>> 2
    s.number = (high & 3) * 0x1_0000_0000 + view.getUint32(at + 4)
  } else {
    s.low = view.getUint32(at)
    s.number = view.getInt32(at + 4) * 0x1_0000_0000 + view.getUint32(at + 8)
  }
  if (s.low > 999_999_999)
    return refuse(s, 'timestamp-invalid', at, 'more nanoseconds than a second has')
  if (s.number * 1000 < timestampMinMs || s.number * 1000 > timestampMaxMs) {
    return refuse(s, 'timestamp-invalid', at, 'it is outside the years 0000 to 9999')
  }
  return at + count
}

/** The timestamp just read, as an instant. */
export function toInstant(s: MsgpackState, into: Instant): string {
  const ms = s.number * 1000 + Math.floor(s.low / 1_000_000)
  return setInstant(into, ms, s.low % 1_000_000)
}

/** Reads the names of a record's definition, from `from` on, and makes it known. */
export function defineRecord(s: MsgpackState, id: number, from: number): number {
  let p = readHead(s, from)
  if (p < 0) return p
  if (s.family !== Family.Array) return malformed(s, from, "a record's definition has no names")
  const count = s.count
  const names = new Uint32Array(count * 2)
  for (let i = 0; i < count; i++) {
    p = readRecordName(s, p)
    if (p < 0) return p
    names[i * 2] = p
    p += s.count
    names[i * 2 + 1] = p
  }
  s.undo.push({ id, names: s.records[id] })
  s.records[id] = names
  return p
}

function readRecordName(s: MsgpackState, from: number): number {
  const p = readHead(s, from)
  if (p < 0 || s.family === Family.Text) return p
  return malformed(s, from, "a name of a record's definition is not text")
}

/**
 * Reads a head; a record's definition is taken in, so that the head is that of the record it begins. Leaves
 * the record's names in `namesOfRecord`.
 */
export function readValueHead(s: MsgpackState, from: number): number {
  const p = readHead(s, from)
  if (p < 0 || s.family !== Family.Definition) return p
  const id = s.count
  const next = defineRecord(s, id, p)
  s.family = Family.Record
  s.count = id
  return next
}

export function recordNames(s: MsgpackState, id: number): RecordNames {
  const names = s.records[id]
  if (names === undefined) throw new Error(`record ${id} is in use and not known`)
  return names
}
