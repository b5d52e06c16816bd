import { createHash } from 'node:crypto'

/*
 * Every drop leaves an entry in a chain of its own, so that a verifier knows where the chain of pages now
 * starts and who cut it when. An entry's link is
 *
 *   SHA-256( previous link, 32 bytes ‖ JSON text of [number, atMs, beforeMinute, why, pages, events, lastLink] )
 *
 * `lastLink` is the link of the newest page that is gone: the `previous` of the oldest that remains.
 */

export interface DropEntry {
  /** From 1, without gaps. */
  readonly number: number
  readonly atMs: number
  /** Pages before this minute are gone. */
  readonly beforeMinute: number
  readonly why: string
  readonly pages: number
  readonly events: number
  /** Hex; 64 zeros when no page had ever been. */
  readonly lastLink: string
  readonly previous: string
  readonly link: string
}

export function dropKey(number: number): Buffer {
  return Buffer.from(`drop/${number.toString().padStart(8, '0')}`)
}

export function linkDrop(entry: Omit<DropEntry, 'link'>): DropEntry {
  return { ...entry, link: linkOfDrop(entry) }
}

export function linkOfDrop(entry: Omit<DropEntry, 'link'>): string {
  const { number, atMs, beforeMinute, why, pages, events, lastLink } = entry
  const text = JSON.stringify([number, atMs, beforeMinute, why, pages, events, lastLink])
  return createHash('sha256').update(Buffer.from(entry.previous, 'hex')).update(text).digest('hex')
}
