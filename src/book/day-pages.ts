import { openBytes } from './checked.ts'
import {
  changesKey,
  digestKey,
  minuteKey,
  partKey,
  rollupKey,
  type RollupUnit,
  tallyPart,
  unitOfRollup,
} from './layout.ts'
import type { LmdbEnv, LmdbTable } from './lmdb-env.ts'

/**
 * What is in one day's environment, as bytes. Every answer is a view that the next call of any method
 * overwrites. Minutes that are stored but not yet closed are here too: the caller knows which count.
 */
export class DayPages {
  readonly env: LmdbEnv
  readonly #pages: LmdbTable
  readonly #parts: LmdbTable
  readonly #digests: LmdbTable
  readonly #rollups: LmdbTable

  constructor(env: LmdbEnv) {
    this.env = env
    this.#pages = env.table('pages')
    this.#parts = env.table('parts')
    this.#digests = env.table('digests')
    this.#rollups = env.table('rollups')
  }

  /** Minutes with a page in [from, through]. */
  minutes(from: number, through: number, limit: number, order: 'asc' | 'desc'): number[] {
    const keys = this.#pages.keys(minuteKey(from), minuteKey(through + 1), limit, order === 'desc')
    return keys.map((key) => key.readUInt32BE(0))
  }

  recordBytes(minute: number): Uint8Array | null {
    return this.#pages.get(minuteKey(minute))
  }

  /** A tally that did not fit the page's record. Throws DamagedValue. */
  storedTally(minute: number): Uint8Array | null {
    const value = this.#parts.get(partKey(minute, tallyPart))
    return value === null ? null : openBytes(value, 'the tally')
  }

  /** What `parts` has under a key (see partKeys), unchecked. */
  storedPart(key: Buffer): Uint8Array | null {
    return this.#parts.get(key)
  }

  /** Keys of `parts` of the minutes [from, through]: of blocks, their chunks, and tallies. */
  partKeys(from: number, through: number): Buffer[] {
    return this.#parts.keys(partKey(from, 0), partKey(through + 1, 0), 0xffff_ffff)
  }

  /** All keys of `digests`: eight bytes of a digest, then the minute. */
  digestKeys(): Buffer[] {
    const lowest = digestKey(new Uint8Array(8), 0)
    const highest = digestKey(new Uint8Array(8).fill(0xff), 0xffff_ffff)
    return this.#digests.keys(lowest, highest, 0xffff_ffff)
  }

  /** The list of pages that a redaction has changed, sealed; null: it never was, or is of another day. */
  changes(redaction: number): Uint8Array | null {
    return this.#rollups.get(changesKey(redaction))
  }

  /** Keys of the lists of redactions before `redaction`. */
  changesKeys(redaction: number): Buffer[] {
    return this.#rollups.keys(changesKey(0), changesKey(redaction), 0xffff_ffff)
  }

  /** Minutes whose page may have a digest that begins as this one does. */
  minutesOfDigest(digest: Uint8Array): number[] {
    const from = digestKey(digest, 0)
    const keys = this.#digests.keys(from, digestKey(digest, 0xffff_ffff), digestMatchesMax)
    return keys.map((key) => key.readUInt32BE(8))
  }

  /** Throws DamagedValue. */
  rollup(unit: RollupUnit, start: number): Uint8Array | null {
    const value = this.#rollups.get(rollupKey(unit, start))
    return value === null ? null : openBytes(value, `the roll-up of the ${unit}`)
  }

  /** Which roll-ups are stored. */
  rollups(): { unit: RollupUnit; start: number }[] {
    const keys = this.#rollups.keys(rollupKey('day', 0), rollupKey('hour', 0xffff_ffff), 0xffff)
    return keys.map((key) => ({ unit: unitOfRollup(key), start: key.readUInt32BE(1) }))
  }
}

/** Eight equal bytes of SHA-256 are no accident; beyond this many the rest is not looked at. */
const digestMatchesMax = 64
