import type { Output } from './output.ts'
import type { TimeText } from './time-text.ts'

/** `{"$bytes":"<base64>"}`: JSON has no bytes of its own. */
export function writeJsonBytes(out: Output, bytes: Uint8Array): void {
  out.ascii(`{"$bytes":"${Buffer.from(bytes).toString('base64')}"}`)
}

/** `{"$time":"<RFC 3339 with nine digits>"}`. */
export function writeJsonTime(out: Output, time: TimeText, seconds: number, nanos: number): void {
  const ms = Math.floor(nanos / 1e6)
  out.ascii('{"$time":"')
  time.writeNanos(out, seconds * 1000 + ms, nanos - ms * 1e6)
  out.ascii('"}')
}
