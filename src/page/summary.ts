import { ByteSink } from './byte-sink.ts'
import { ByteSource } from './byte-source.ts'
import type { Summary } from './contract.ts'

/*
 * The small record beside each page, a msgpack array:
 *
 *   [version, minute, events, [8 counts by level], bytes, digest, previous, link,
 *    timestamp min, timestamp max, received min, received max, closed at]
 *
 * A reader refuses every version but its own.
 */

export const summaryVersion = 1
export const digestBytes = 32

export function encodeSummary(summary: Summary): Uint8Array<ArrayBuffer> {
  const sink = new ByteSink()
  sink.array(13)
  sink.number(summaryVersion)
  sink.number(summary.minute)
  sink.number(summary.eventCount)
  sink.array(8)
  for (let level = 0; level < 8; level++) sink.number(summary.levels[level] ?? 0)
  sink.number(summary.bytes)
  sink.binary(summary.digest)
  sink.binary(summary.previous)
  sink.binary(summary.link)
  sink.number(summary.timestampMinMs)
  sink.number(summary.timestampMaxMs)
  sink.number(summary.receivedMinMs)
  sink.number(summary.receivedMaxMs)
  sink.number(summary.closedAtMs)
  return sink.copy()
}

/** Throws FormatError. The result holds no view of `bytes`. */
export function decodeSummary(bytes: Uint8Array): Summary {
  const source = new ByteSource(bytes, 'summary')
  if (source.array(13) !== 13) source.fail('an array of another length')
  const version = source.number()
  if (version !== summaryVersion) source.fail(`version ${version}`)
  const summary = {
    minute: source.count(Number.MAX_SAFE_INTEGER),
    eventCount: source.count(Number.MAX_SAFE_INTEGER),
    levels: readLevels(source),
    bytes: source.count(Number.MAX_SAFE_INTEGER),
    digest: readDigest(source),
    previous: readDigest(source),
    link: readDigest(source),
    timestampMinMs: source.number(),
    timestampMaxMs: source.number(),
    receivedMinMs: source.number(),
    receivedMaxMs: source.number(),
    closedAtMs: source.number(),
  }
  source.end()
  return summary
}

/** The page's link of the chain: SHA-256(previous ‖ minute as 8 bytes big-endian ‖ digest). */
export function linkOf(
  previous: Uint8Array,
  minute: number,
  digest: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(2 * digestBytes + 8)
  bytes.set(previous, 0)
  new DataView(bytes.buffer).setBigUint64(digestBytes, BigInt(minute))
  bytes.set(digest, digestBytes + 8)
  return sha256(bytes)
}

export function sha256(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const digest = new Uint8Array(digestBytes)
  Bun.SHA256.hash(bytes, digest)
  return digest
}

export function readDigest(source: ByteSource): Uint8Array {
  const digest = source.binary()
  if (digest.length !== digestBytes) source.fail(`a digest of ${digest.length} bytes`)
  return digest.slice()
}

function readLevels(source: ByteSource): number[] {
  if (source.array(8) !== 8) source.fail('not 8 levels')
  return Array.from({ length: 8 }, () => source.count(Number.MAX_SAFE_INTEGER))
}
