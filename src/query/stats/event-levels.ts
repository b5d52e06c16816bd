import type { Tally } from '../../page/contract.ts'

/**
 * The rows by level of each event of a tally, all facilities together: a tenth of its pairs. Made when a tally
 * is first asked about, and forgotten with it.
 */
export class EventLevels {
  readonly #known = new WeakMap<Tally, ReadonlyMap<string, number[]>>()

  of(tally: Tally): ReadonlyMap<string, number[]> {
    const known = this.#known.get(tally)
    if (known !== undefined) return known
    const events = new Map<string, number[]>()
    for (const pairs of tally.facilities.values()) {
      for (const [event, { levels }] of pairs) {
        const into = events.get(event)
        if (into === undefined) events.set(event, [...levels])
        else for (const [i, count] of levels.entries()) into[i] = (into[i] ?? 0) + count
      }
    }
    this.#known.set(tally, events)
    return events
  }
}
