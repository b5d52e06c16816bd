import { openJson, sealJson } from './checked.ts'
import type { LmdbTable } from './lmdb-env.ts'
import { missingOf, type ProducerAccount } from './producer-account.ts'

/*
 * The accounts of producers, in the book's `meta`, so that the transaction that closes a minute writes them:
 *
 *   producers                          totals of all
 *   producer/<id>                      the account, as it was when its last minute closed
 *   producer-gaps/<id>                 nothing: this one misses numbers
 *   producer-seen/<minute>/<id>        nothing: last seen then, 8 hex digits
 */

/**
 * Producers kept. Beyond, those that were not seen for longest are forgotten: each takes about 300 bytes, and
 * with one new producer a second this lasts twelve days, with one a minute two years.
 */
export const producersMaxDefault = 1_000_000

export interface ProducerTotals {
  readonly producers: number
  readonly accepted: number
  readonly rejected: number
  readonly duplicates: number
  readonly missing: number
  /** Producers that were forgotten, because there were more than are kept. */
  readonly forgotten: number
}

export const noTotals: ProducerTotals = {
  producers: 0,
  accepted: 0,
  rejected: 0,
  duplicates: 0,
  missing: 0,
  forgotten: 0,
}

const totalsKey = Buffer.from('producers')
const nothing = Buffer.alloc(1)
const seenPrefix = 'producer-seen/'
const gapsPrefix = 'producer-gaps/'

/** Reads at any time; writes only inside a transaction of the table's environment. */
export class ProducerTable {
  readonly #table: LmdbTable

  constructor(table: LmdbTable) {
    this.#table = table
  }

  /** 2 µs. Throws DamagedValue. */
  find(producer: string): ProducerAccount | null {
    const value = this.#table.get(accountKey(producer))
    return value === null ? null : openJson<ProducerAccount>(value, 'the account of a producer')
  }

  totals(): ProducerTotals {
    const value = this.#table.get(totalsKey)
    return value === null ? noTotals : openJson<ProducerTotals>(value, 'the totals of producers')
  }

  /** Those seen last first, or in no order those that miss numbers. */
  list(limit: number, onlyMissing: boolean): ProducerAccount[] {
    const prefix = onlyMissing ? gapsPrefix : seenPrefix
    const keys = this.#table.keys(Buffer.from(prefix), Buffer.from(`${prefix}~`), limit, true)
    return keys
      .map((key) => this.find(key.toString().slice(onlyMissing ? prefix.length : seenIdAt)))
      .filter((account) => account !== null)
  }

  put(accounts: readonly ProducerAccount[], producersMax: number): void {
    let totals = this.totals()
    for (const account of accounts) {
      const before = this.find(account.producer)
      if (before !== null) totals = this.#without(totals, before)
      totals = this.#with(totals, account)
    }
    const surplus = totals.producers - producersMax
    const from = Buffer.from(seenPrefix)
    const to = Buffer.from(`${seenPrefix}~`)
    for (const key of surplus > 0 ? this.#table.keys(from, to, surplus) : []) {
      const oldest = this.find(key.toString().slice(seenIdAt))
      if (oldest === null) continue
      totals = { ...this.#without(totals, oldest), forgotten: totals.forgotten + 1 }
      this.#table.remove(accountKey(oldest.producer))
    }
    this.#table.put(totalsKey, sealJson(totals))
  }

  #with(totals: ProducerTotals, account: ProducerAccount): ProducerTotals {
    this.#table.put(accountKey(account.producer), sealJson(account))
    this.#table.put(seenKey(account), nothing)
    if (missingOf(account) > 0) this.#table.put(gapsKey(account.producer), nothing)
    return summed(totals, account, 1)
  }

  #without(totals: ProducerTotals, account: ProducerAccount): ProducerTotals {
    this.#table.remove(seenKey(account))
    if (missingOf(account) > 0) this.#table.remove(gapsKey(account.producer))
    return summed(totals, account, -1)
  }
}

/** Totals with an account added (1) or taken out (-1). */
export function summed(
  totals: ProducerTotals,
  account: ProducerAccount,
  sign: 1 | -1,
): ProducerTotals {
  return {
    producers: totals.producers + sign,
    accepted: totals.accepted + sign * account.accepted,
    rejected: totals.rejected + sign * account.rejected,
    duplicates: totals.duplicates + sign * account.duplicates,
    missing: totals.missing + sign * missingOf(account),
    forgotten: totals.forgotten,
  }
}

const accountKey = (producer: string): Buffer => Buffer.from(`producer/${producer}`)
const gapsKey = (producer: string): Buffer => Buffer.from(`${gapsPrefix}${producer}`)
const seenIdAt = seenPrefix.length + 9

function seenKey({ producer, lastSeenMs }: ProducerAccount): Buffer {
  const minute = Math.floor(Math.max(0, lastSeenMs) / 60_000)
  return Buffer.from(`${seenPrefix}${minute.toString(16).padStart(8, '0')}/${producer}`)
}
