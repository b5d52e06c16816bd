import type { Memberships } from './groups.ts'
import { grown } from './grown.ts'

/** Events by group. */
export class EventCount {
  #counts = new Float64Array(0)

  add(group: number, count: number): void {
    this.#counts = grown(this.#counts, group + 1, 0)
    this.#counts[group] = (this.#counts[group] ?? 0) + count
  }

  /** About 1 ns a row. `groups`: how many there are. */
  addRows({ main, extraGroups }: Memberships, groups: number): void {
    this.#counts = grown(this.#counts, groups, 0)
    const counts = this.#counts
    for (let row = 0; row < main.length; row++) {
      const group = main[row] ?? -1
      if (group >= 0) counts[group] = (counts[group] ?? 0) + 1
    }
    for (const group of extraGroups) counts[group] = (counts[group] ?? 0) + 1
  }

  of(group: number): number {
    return this.#counts[group] ?? 0
  }
}
