import type { StoredEvent } from '../../api/answers.ts'

/** Events that are kept; the oldest go first. */
export const tailEventsMax = 5_000
/** Characters of their JSON; the oldest go first, the newest stays whatever its length. */
export const tailCharactersMax = 32_000_000

export interface TailEvent {
  readonly event: StoredEvent
  /** As it came: numbers as they were written. */
  readonly text: string
}

/** The newest events of a tail, within bounds, however many come. */
export class KeptEvents {
  /** Not shown yet, the oldest first. */
  #fresh: TailEvent[] = []
  #freshCharacters = 0
  /** The newest first. */
  #events: readonly TailEvent[] = []
  #isChanged = false

  add(event: TailEvent): void {
    this.#fresh.push(event)
    this.#freshCharacters += event.text.length
    // A page that is not in sight looks seldom: nothing waits that would not be kept.
    const isTooMuch =
      this.#fresh.length >= 2 * tailEventsMax || this.#freshCharacters > 2 * tailCharactersMax
    if (isTooMuch) this.#merge()
  }

  clear(): void {
    this.#fresh = []
    this.#freshCharacters = 0
    this.#events = []
    this.#isChanged = true
  }

  /** Forgets what lies behind a position: ids sort as they came. */
  keepThrough(position: string): void {
    this.#merge()
    this.#events = this.#events.filter(({ event }) => event.id <= position)
    this.#isChanged = true
  }

  /** What is kept, the newest first; null: the same as the last time. */
  take(): readonly TailEvent[] | null {
    this.#merge()
    if (!this.#isChanged) return null
    this.#isChanged = false
    return this.#events
  }

  #merge(): void {
    if (this.#fresh.length === 0) return
    const all = [...this.#fresh.reverse(), ...this.#events]
    this.#fresh = []
    this.#freshCharacters = 0
    this.#events = all.slice(0, roomFor(all))
    this.#isChanged = true
  }
}

/** How many of the events, from the first on, are within the bounds. */
function roomFor(events: readonly TailEvent[]): number {
  const most = Math.min(events.length, tailEventsMax)
  let characters = 0
  for (let count = 0; count < most; count++) {
    characters += events[count]?.text.length ?? 0
    if (characters > tailCharactersMax && count > 0) return count
  }
  return most
}
