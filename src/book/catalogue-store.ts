import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CatalogueEntry, decodeEntry, encodeEntry } from './catalogue-entry.ts'
import { DamagedValue, isDamage, openBytes, openJson, sealBytes, sealJson } from './checked.ts'
import { type EnvMode, LmdbEnv, type LmdbTable } from './lmdb-env.ts'

/*
 * One generation of the catalogue: every pair of facility and event string that a page has ever held.
 *
 *   catalogue-1/
 *     pairs    SHA-256(facility ‖ 0xff ‖ event)[0..16)   → checked entry (see catalogue-entry.ts)
 *     about    'about'                                   → checked JSON, CatalogueAbout
 *
 * It is derived: what the book's pages say is added after they have closed, with the minute it has come to
 * in the same transaction. A damaged generation is set aside, and the next one is made from the pages.
 */

export const catalogueVersion = 1

export interface CatalogueAbout {
  readonly version: number
  /** Pages up to this minute are in it. -1: none yet. */
  readonly appliedThrough: number
  /** The first minute that could have been counted: of pairs before it nothing is known. */
  readonly sinceMinute: number
  readonly pairs: number
  /** Pages before `sinceMinute` had been dropped when it was made again: first seen may be later than true. */
  readonly isRebuilt: boolean
  /** Pairs have been left out, because there were `pairsMax`. */
  readonly isFull: boolean
  /** A page was counted that held more pairs than its tally lists. */
  readonly isInexact: boolean
  /** Pages that could not be counted: damaged, or dropped before they were. */
  readonly missedPages: number
  /** What the first so many redactions of the book have removed on request is not in it. */
  readonly redactions: number
}

const tables = ['pairs', 'about'] as const
const aboutKey = Buffer.from('about')
const mapBytes = 2 ** 30
const lowest = Buffer.alloc(16)
/** Longer than any key, so that no key is beyond it. */
const highest = Buffer.alloc(17, 0xff)

/** One generation's environment. */
export class CatalogueStore {
  readonly #env: LmdbEnv
  readonly #pairs: LmdbTable
  readonly #about: LmdbTable

  /** Throws what LMDB throws, and Error when there is none to be read. */
  constructor(directory: string, mode: EnvMode) {
    this.#env = new LmdbEnv(directory, { mode, tables, mapBytes })
    this.#pairs = this.#env.table('pairs')
    this.#about = this.#env.table('about')
  }

  /** Null: new, nothing was ever written. Throws DamagedValue. */
  about(): CatalogueAbout | null {
    const value = this.#about.get(aboutKey)
    if (value === null) return null
    const stored = openJson<CatalogueAbout>(value, 'the record of the catalogue')
    // A catalogue from before redactions were counted has counted none.
    const about = { ...stored, redactions: stored.redactions ?? 0 }
    if (about.version === catalogueVersion) return about
    throw new DamagedValue(`the catalogue is of version ${about.version}`)
  }

  /** Throws DamagedValue and FormatError. */
  entry(facility: string, event: string): CatalogueEntry | null {
    return this.#entryAt(pairKey(facility, event))
  }

  /** All entries, in no order that means anything. Throws DamagedValue and FormatError. */
  *entries(): Generator<CatalogueEntry> {
    for (const key of this.#keys()) {
      const entry = this.#entryAt(key)
      if (entry !== null) yield entry
    }
  }

  /** Entries whose key is not that of their names, or that cannot be read. */
  wrongEntries(): number {
    let wrong = 0
    for (const key of this.#keys()) {
      try {
        const entry = this.#entryAt(key)
        if (entry === null || !pairKey(entry.facility, entry.event).equals(key)) wrong++
      } catch (error) {
        if (!isDamage(error)) throw error
        wrong++
      }
    }
    return wrong
  }

  /** Walks all keys, to come upon a damaged tree now. */
  probe(): number {
    return this.#keys().length
  }

  /** One durable transaction; entries of `gone` are removed. */
  commit(
    entries: Iterable<CatalogueEntry>,
    about: CatalogueAbout,
    gone: Iterable<CatalogueEntry> = [],
  ): void {
    this.#env.transact(() => {
      for (const { facility, event } of gone) this.#pairs.remove(pairKey(facility, event))
      for (const entry of entries) {
        this.#pairs.put(pairKey(entry.facility, entry.event), sealBytes(encodeEntry(entry)))
      }
      this.#about.put(aboutKey, sealJson(about))
    })
  }

  refresh(): void {
    this.#env.refresh()
  }

  close(): void {
    this.#env.close()
  }

  #keys(): Buffer[] {
    return this.#pairs.keys(lowest, highest, 0xffff_ffff)
  }

  #entryAt(key: Buffer): CatalogueEntry | null {
    const value = this.#pairs.get(key)
    return value === null ? null : decodeEntry(openBytes(value, 'an entry of the catalogue'))
  }
}

export function catalogueDirectory(book: string, generation: number): string {
  return join(book, `catalogue-${generation}`)
}

/** The newest generation on disk that can be used, 0 without one, and the newest there ever was. */
export function catalogueGenerations(book: string): { usable: number; newest: number } {
  let usable = 0
  let newest = 0
  if (!existsSync(book)) return { usable, newest }
  for (const name of readdirSync(book)) {
    const [, digits, aside] = /^catalogue-(\d{1,9})(\.corrupt.*)?$/.exec(name) ?? []
    if (digits === undefined) continue
    newest = Math.max(newest, Number(digits))
    if (aside === undefined) usable = Math.max(usable, Number(digits))
  }
  return { usable, newest }
}

/** Sixteen bytes of a SHA-256: nobody makes two pairs with one key. No UTF-8 holds the byte 0xff. */
function pairKey(facility: string, event: string): Buffer {
  const hash = createHash('sha256').update(facility).update(separator).update(event)
  return hash.digest().subarray(0, 16)
}

const separator = Buffer.from([0xff])
