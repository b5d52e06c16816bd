import { blockEntries } from './block-chunks.ts'
import { sealBytes } from './checked.ts'
import type { DayPages } from './day-pages.ts'
import { type dayTables, digestKey, minuteKey, partKey, tallyPart } from './layout.ts'
import { encodePageRecord, fitPage } from './page-record.ts'

/** One value of a day's environment, as it is stored. */
export interface DayEntry {
  readonly table: (typeof dayTables)[number]
  readonly key: Buffer
  readonly value: Uint8Array
}

export interface PageToWrite {
  readonly minute: number
  readonly digest: Uint8Array
  readonly summary: Uint8Array
  readonly directory: Uint8Array
  /** Nothing: of a page that has no events any more. */
  readonly tally: Uint8Array
  /** Small blocks that are not in `parts` yet, by part. */
  readonly held: ReadonlyMap<number, Uint8Array>
  /** Whether `held` is all blocks of the page, numbered from 0. */
  readonly isAllHeld: boolean
}

/** All that is to be written of a page. */
export function entriesOfPage(page: PageToWrite): DayEntry[] {
  const { minute, summary, directory, tally, held } = page
  const blocks = page.isAllHeld ? [...held.values()] : null
  const fitted = fitPage({ summary, directory, tally, blocks })
  const entries: DayEntry[] = []
  if (fitted.blocks === null) {
    for (const [part, block] of held) entries.push(...blockEntries(minute, part, block))
  }
  if (fitted.tally === null && tally.length > 0) {
    const key = partKey(minute, tallyPart)
    entries.push({ table: 'parts', key, value: sealBytes(tally) })
  }
  entries.push({ table: 'pages', key: minuteKey(minute), value: encodePageRecord(fitted) })
  entries.push({ table: 'digests', key: digestKey(page.digest, minute), value: nothing })
  return entries
}

/** A page as it is stored, but for its digest, which allDigests has: copies. A damaged one stays damaged. */
export function storedEntries(pages: DayPages, minute: number): DayEntry[] {
  const entries = pages.partKeys(minute, minute).map((key) => partEntry(pages, key))
  const record = pages.recordBytes(minute)
  if (record !== null) {
    entries.push({ table: 'pages', key: minuteKey(minute), value: record.slice() })
  }
  return entries
}

/** Blocks of minutes from `minute` on, a page or not. */
export function partEntriesFrom(pages: DayPages, minute: number): DayEntry[] {
  return pages.partKeys(minute, 0xffff_fffe).map((key) => partEntry(pages, key))
}

function partEntry(pages: DayPages, key: Buffer): DayEntry {
  const value = pages.storedPart(key) ?? nothing
  return { table: 'parts', key, value: value.slice() }
}

const nothing = Buffer.alloc(0)
