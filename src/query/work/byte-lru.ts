/** Something that takes memory and can be done without. */
export interface Kept {
  readonly bytes: number
  /** Called when there is no more room for it. */
  drop(): void
}

/** Keeps things up to a number of bytes; what was used longest ago goes first. */
export class ByteLru {
  readonly #bytesMax: number
  /** In the order of their last use. */
  readonly #kept = new Set<Kept>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get bytes(): number {
    return this.#bytes
  }

  /** About 60 ns. */
  touch(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#kept.add(kept)
  }

  add(kept: Kept): void {
    this.#kept.add(kept)
    this.#bytes += kept.bytes
    for (const oldest of this.#kept) {
      if (this.#bytes <= this.#bytesMax) return
      this.remove(oldest)
      oldest.drop()
    }
  }

  remove(kept: Kept): void {
    if (this.#kept.delete(kept)) this.#bytes -= kept.bytes
  }
}

/** A value that is made when it is asked for and kept while there is room. */
export class Slot<T extends object> implements Kept {
  bytes = 0
  readonly #lru: ByteLru
  #value: T | null = null

  constructor(lru: ByteLru) {
    this.#lru = lru
  }

  get isFilled(): boolean {
    return this.#value !== null
  }

  /** Null: nothing. */
  get kept(): T | null {
    return this.#value
  }

  take(make: () => T, bytesOf: (value: T) => number): T {
    if (this.#value !== null) {
      this.#lru.touch(this)
      return this.#value
    }
    const value = make()
    this.#value = value
    this.bytes = bytesOf(value) + slotBytes
    this.#lru.add(this)
    return value
  }

  drop(): void {
    this.#value = null
  }

  /** Drops the value before its time. */
  clear(): void {
    this.#lru.remove(this)
    this.drop()
  }
}

/** What a slot and its entry in the list take, about. */
const slotBytes = 200
