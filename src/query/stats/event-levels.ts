import type { Tally } from '../../page/contract.ts'

/** Event strings that are numbered before all is forgotten, between two questions. */
const namesMax = 200_000

/** Rows by level (8 numbers) of each event of a tally, all facilities together. */
export interface TallyEvents {
  readonly numbers: Uint32Array
  readonly levels: Float64Array
}

/** Events of tallies by number, so that a sum over many tallies is a loop over numbers. Forgotten with a tally. */
export class EventLevels {
  #names: string[] = []
  #numbers = new Map<string, number>()
  #known = new WeakMap<Tally, TallyEvents>()

  /** The events by number, until the next question begins. */
  get names(): readonly string[] {
    return this.#names
  }

  /** To be called before the first tally of a question. */
  begin(): void {
    if (this.#names.length < namesMax) return
    this.#names = []
    this.#numbers = new Map()
    this.#known = new WeakMap()
  }

  of(tally: Tally): TallyEvents {
    const known = this.#known.get(tally)
    if (known !== undefined) return known
    const sums = new Map<number, number[]>()
    for (const pairs of tally.facilities.values()) {
      for (const [event, { levels }] of pairs) {
        const number = this.#numberOf(event)
        const into = sums.get(number)
        if (into === undefined) sums.set(number, [...levels])
        else for (const [i, count] of levels.entries()) into[i] = (into[i] ?? 0) + count
      }
    }
    const events = {
      numbers: Uint32Array.from(sums.keys()),
      levels: Float64Array.from([...sums.values()].flat()),
    }
    this.#known.set(tally, events)
    return events
  }

  #numberOf(event: string): number {
    const known = this.#numbers.get(event)
    if (known !== undefined) return known
    const number = this.#names.push(event) - 1
    this.#numbers.set(event, number)
    return number
  }
}

/** Adds to 8 numbers an event: 10 ns each. */
export function addEvents(into: Float64Array, { numbers, levels }: TallyEvents): void {
  for (let i = 0; i < numbers.length; i++) {
    const to = (numbers[i] ?? 0) * 8
    const from = i * 8
    for (let level = 0; level < 8; level++) {
      into[to + level] = (into[to + level] ?? 0) + (levels[from + level] ?? 0)
    }
  }
}
