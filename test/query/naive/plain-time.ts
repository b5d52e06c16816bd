import { type Instant as Parsed, parseTimestamp } from '../../../src/event/time.ts'
import type { Instant, Leaf } from '../leaf.ts'

export function instantOf(ms: number, nanos: number): Instant {
  const seconds = Math.floor(ms / 1000)
  return { seconds, nanos: (ms - seconds * 1000) * 1_000_000 + nanos }
}

export function isInstant(leaf: Leaf): leaf is Instant {
  return typeof leaf === 'object' && leaf !== null && 'seconds' in leaf
}

/** One number for a time, exact to the nanosecond. */
export function nanosecondsOf(instant: Instant): bigint {
  return BigInt(instant.seconds) * 1_000_000_000n + BigInt(instant.nanos)
}

/** The nanoseconds of a text in RFC 3339 form; null: it is none. */
export function nanosecondsOfText(text: string): bigint | null {
  const bytes = new TextEncoder().encode(text)
  const into: Parsed = { ms: 0, nanos: 0 }
  if (parseTimestamp(bytes, 0, bytes.length, into) !== '') return null
  return nanosecondsOf(instantOf(into.ms, into.nanos))
}
