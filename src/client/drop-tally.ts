import { levelNames } from '../event/level.ts'

/** How many events of each level were given up since the last report. */
export class DropTally {
  readonly #byLevel = new Uint32Array(levelNames.length)
  #count = 0

  get count(): number {
    return this.#count
  }

  add(level: number, count: number): void {
    this.#byLevel[level] = (this.#byLevel[level] ?? 0) + count
    this.#count += count
  }

  /** The counts as fields of an event, and begins anew; null when nothing was dropped. */
  take(): Record<string, number> | null {
    if (this.#count === 0) return null
    const fields: Record<string, number> = { count: this.#count }
    for (const [level, name] of levelNames.entries()) {
      const count = this.#byLevel[level] ?? 0
      if (count > 0) fields[name] = count
    }
    this.#byLevel.fill(0)
    this.#count = 0
    return fields
  }
}
