import { crc32 } from 'node:zlib'
import { FormatError } from '../page/format-error.ts'

/*
 * LMDB keeps no checksums of its own. Values that no digest covers carry one:
 *
 *   0   CRC-32 of all that follows, u32 little-endian
 *   4   the payload
 */

/** A value that is not what its checksum says. */
export class DamagedValue extends Error {
  constructor(detail: string) {
    super(detail)
    this.name = 'DamagedValue'
  }
}

/** LMDB's own: a page not found, corrupted, another version, not an LMDB file. */
const lmdbDamage = new Set<unknown>([-30797, -30796, -30794, -30793])

/** Whether an error says that stored bytes are not what was written. */
export function isDamage(error: unknown): boolean {
  if (error instanceof DamagedValue || error instanceof FormatError) return true
  return error instanceof Error && 'code' in error && lmdbDamage.has(error.code)
}

export function sealBytes(payload: Uint8Array): Buffer {
  const value = Buffer.allocUnsafe(4 + payload.length)
  value.set(payload, 4)
  value.writeUInt32LE(crc32(value.subarray(4)), 0)
  return value
}

/** The payload, as a view. Throws DamagedValue, naming `what`. */
export function openBytes(value: Uint8Array, what: string): Uint8Array {
  if (value.length < 4) throw new DamagedValue(`${what} is cut short`)
  const payload = value.subarray(4)
  const low = (value[0] ?? 0) | ((value[1] ?? 0) << 8)
  const sum = (low | ((value[2] ?? 0) << 16) | ((value[3] ?? 0) << 24)) >>> 0
  if (crc32(payload) !== sum) throw new DamagedValue(`${what} does not match its checksum`)
  return payload
}

export function sealJson(value: unknown): Buffer {
  return sealBytes(Buffer.from(JSON.stringify(value)))
}

/** Throws DamagedValue, naming `what`. */
export function openJson<T>(value: Uint8Array, what: string): T {
  // A codec: the checksum says that these are the bytes that sealJson wrote from a T.
  return JSON.parse(Buffer.from(openBytes(value, what)).toString()) as T
}
