import { createHash } from 'node:crypto'
import { DamagedValue, openBytes, sealBytes } from './checked.ts'
import type { RedactRule } from './contract.ts'

/*
 * Every redaction of a day leaves an entry in a chain of its own. An entry's link is
 *
 *   SHA-256( previous link, 32 bytes ‖ JSON text of [number, atMs, by, why, day, rules, pages, events, list] )
 *
 * `list` is the SHA-256 of the list of the pages that have changed, which is kept with the day and goes with it. Of each
 * page, ascending, numbers big-endian:
 *
 *   0   minute, u32
 *   4   events removed, u32
 *   8   digest of the page before, 32 bytes
 *   40  digest of the page since, 32 bytes
 */

/** Why events go that somebody asked to have removed; those of a retention are forgotten, as old pages are. */
export const whyAsked = 'DELETE'

export interface RedactionEntry {
  /** From 1, without gaps. */
  readonly number: number
  readonly atMs: number
  /** Whose doing it was: the name of a principal, or `retention`. */
  readonly by: string
  readonly why: string
  readonly day: string
  readonly rules: readonly RedactRule[]
  readonly pages: number
  readonly events: number
  /** Hex. */
  readonly list: string
  readonly previous: string
  readonly link: string
}

/** All redactions, oldest first, and what is wrong with their chain. */
export interface RedactionChain {
  readonly entries: readonly RedactionEntry[]
  readonly findings: readonly string[]
}

/** What a redaction did to one page. */
export interface PageChange {
  readonly minute: number
  readonly events: number
  readonly before: Uint8Array
  readonly since: Uint8Array
}

const changeBytes = 72

export function redactionKey(number: number): Buffer {
  return Buffer.from(`redaction/${number.toString().padStart(8, '0')}`)
}

export function linkRedaction(entry: Omit<RedactionEntry, 'link'>): RedactionEntry {
  return { ...entry, link: linkOfRedaction(entry) }
}

export function linkOfRedaction(entry: Omit<RedactionEntry, 'link'>): string {
  const { number, atMs, by, why, day, pages, events, list } = entry
  const rules = entry.rules.map((rule) => [rule.beforeMinute, rule.facilities, rule.levels])
  const text = JSON.stringify([number, atMs, by, why, day, rules, pages, events, list])
  return createHash('sha256').update(Buffer.from(entry.previous, 'hex')).update(text).digest('hex')
}

export function digestOfChanges(list: Uint8Array): string {
  return createHash('sha256').update(list).digest('hex')
}

export function encodeChanges(changes: readonly PageChange[]): Buffer {
  const bytes = Buffer.alloc(changes.length * changeBytes)
  for (const [i, { minute, events, before, since }] of changes.entries()) {
    const at = i * changeBytes
    bytes.writeUInt32BE(minute, at)
    bytes.writeUInt32BE(events, at + 4)
    bytes.set(before, at + 8)
    bytes.set(since, at + 40)
  }
  return bytes
}

/** Throws DamagedValue. */
export function decodeChanges(list: Uint8Array): PageChange[] {
  if (list.length % changeBytes !== 0) throw new DamagedValue('a list of redacted pages is cut')
  const bytes = Buffer.from(list)
  return Array.from({ length: bytes.length / changeBytes }, (_, i) => {
    const at = i * changeBytes
    return {
      minute: bytes.readUInt32BE(at),
      events: bytes.readUInt32BE(at + 4),
      before: bytes.subarray(at + 8, at + 40),
      since: bytes.subarray(at + 40, at + changeBytes),
    }
  })
}

/** The list as it is kept in the day's environment. */
export const sealChanges = (list: Uint8Array): Buffer => sealBytes(list)

/** Throws DamagedValue. */
export const openChanges = (value: Uint8Array): Uint8Array =>
  openBytes(value, 'a list of redacted pages')
