import { join } from 'node:path'

/*
 * The book on disk, format version 2. Every directory below is one LMDB environment (data.mdb, lock.mdb),
 * pages of 4,096 bytes, keys and values plain bytes; numbers in keys are big-endian, so keys sort by time.
 *
 *   book/
 *     meta/             unnamed database, values are checked JSON (see checked.ts)
 *       format            {version}
 *       state             what has been closed and dropped, newest link: THE commit point
 *       day/2026-11-22    generation and totals of one retained day
 *       drop/00000001     the chain of drops (see drop-chain.ts)
 *       redaction/00000001    the chain of redactions (see redaction-chain.ts)
 *       producer…         what has come of each producer (see producer-table.ts)
 *     2026-11-22.g1/    one UTC day, generation 1; each redaction builds the next
 *       pages             minute u32                    → page record (see page-record.ts)
 *       parts             minute u32, part u16          → block bytes, or a stem; part 0xffff is the page's tally
 *                         minute u32, part u16, u16   → chunk of a block (see block-chunks.ts)
 *       digests           digest[0..8), minute u32      → nothing: finds a page by its digest
 *       rollups           'h' or 'd', first minute u32  → checked tally of the hour or the day
 *                         'r', redaction u32         → checked list of the pages that it has changed
 *     keys-1/           one generation of idempotency keys (see key-store.ts)
 *     catalogue-1/      every pair of facility and event, derived from the pages (see catalogue-store.ts)
 *     2026-11-21.g1.corrupt/    a day that could not be opened, set aside
 *
 * Version rule: a reader refuses a book whose `format` is newer than it knows. What changes a value's
 * layout raises the version; a new key or a new member of a JSON record does not. Version 1 had every block in
 * one value: it is read as it is, and what is added to such a book makes it one of version 2.
 */

export const bookFormatVersion = 2

export const minutesPerHour = 60
export const minutesPerDay = 1_440

/** The part number under which a page's tally is kept when it does not fit the page record. */
export const tallyPart = 0xffff

export const dayTables = ['pages', 'parts', 'digests', 'rollups'] as const

export type RollupUnit = 'hour' | 'day'

export function metaDirectory(book: string): string {
  return join(book, 'meta')
}

export function dayDirectory(book: string, day: string, generation: number): string {
  return join(book, `${day}.g${generation}`)
}

export function keyDirectory(book: string, generation: number): string {
  return join(book, `keys-${generation}`)
}

/** The UTC day of a minute, as `2026-11-22`. */
export function dayOfMinute(minute: number): string {
  return new Date(minute * 60_000).toISOString().slice(0, 10)
}

/** The first minute of a day written `2026-11-22`. */
export function firstMinuteOfDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 60_000
}

export function startOfUnit(unit: RollupUnit, minute: number): number {
  return minute - (minute % minutesOfUnit(unit))
}

export function minutesOfUnit(unit: RollupUnit): number {
  return unit === 'hour' ? minutesPerHour : minutesPerDay
}

/** A directory of the book, by its name; null for anything that is not ours. */
export function parseDayDirectory(name: string): { day: string; generation: number } | null {
  const match = /^(\d{4}-\d{2}-\d{2})\.g(\d{1,9})$/.exec(name)
  const [, day, generation] = match ?? []
  if (day === undefined || generation === undefined) return null
  return { day, generation: Number(generation) }
}

export function minuteKey(minute: number): Buffer {
  const key = Buffer.allocUnsafe(4)
  key.writeUInt32BE(minute, 0)
  return key
}

export function partKey(minute: number, part: number): Buffer {
  const key = Buffer.allocUnsafe(6)
  key.writeUInt32BE(minute, 0)
  key.writeUInt16BE(part, 4)
  return key
}

export function chunkKey(minute: number, part: number, chunk: number): Buffer {
  const key = Buffer.allocUnsafe(8)
  key.writeUInt32BE(minute, 0)
  key.writeUInt16BE(part, 4)
  key.writeUInt16BE(chunk, 6)
  return key
}

export function digestKey(digest: Uint8Array, minute: number): Buffer {
  const key = Buffer.allocUnsafe(12)
  key.set(digest.subarray(0, 8), 0)
  key.writeUInt32BE(minute, 8)
  return key
}

export function rollupKey(unit: RollupUnit, start: number): Buffer {
  const key = Buffer.allocUnsafe(5)
  key[0] = unit === 'hour' ? 0x68 : 0x64
  key.writeUInt32BE(start, 1)
  return key
}

/** Sorts behind all roll-ups. */
export function changesKey(redaction: number): Buffer {
  const key = Buffer.allocUnsafe(5)
  key[0] = 0x72
  key.writeUInt32BE(redaction, 1)
  return key
}

export function unitOfRollup(key: Buffer): RollupUnit {
  return key[0] === 0x68 ? 'hour' : 'day'
}
