/**
 * A set of 64-bit hashes, 12 bytes each: two words of the hash and the second in which it may be forgotten.
 * Open addressing; grows to `entriesMax` and then refuses.
 */
export class NonceSet {
  readonly #entriesMax: number
  #words = new Uint32Array(3 * 1024)
  #size = 0

  constructor(entriesMax: number) {
    this.#entriesMax = entriesMax
  }

  get size(): number {
    return this.#size
  }

  /** False: it was there, and is not yet forgotten. Null: the set is full. */
  add(hash: bigint, untilS: number, nowS: number): boolean | null {
    const high = Number(hash >> 32n) >>> 0
    // A free place has 0 in both words: no hash may.
    const low = (Number(hash & 0xffff_ffffn) | 1) >>> 0
    if ((this.#size + 1) * 2 > this.#words.length / 3 && !this.#makeRoom(nowS)) return null
    const slot = this.#find(high, low)
    if (this.#words[slot + 1] !== 0 && (this.#words[slot + 2] ?? 0) > nowS) return false
    if (this.#words[slot + 1] === 0) this.#size++
    this.#put(slot, [high, low, untilS])
    return true
  }

  #put(slot: number, [high, low, untilS]: readonly [number, number, number]): void {
    this.#words[slot] = high
    this.#words[slot + 1] = low
    this.#words[slot + 2] = untilS
  }

  #find(high: number, low: number): number {
    const words = this.#words
    const slots = words.length / 3
    let slot = (high ^ low) & (slots - 1)
    while (words[slot * 3 + 1] !== 0) {
      if (words[slot * 3] === high && words[slot * 3 + 1] === low) break
      slot = (slot + 1) & (slots - 1)
    }
    return slot * 3
  }

  /** Drops what may be forgotten, and doubles while more than half would still be taken. */
  #makeRoom(nowS: number): boolean {
    const old = this.#words
    let live = 0
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 1] !== 0 && (old[at + 2] ?? 0) > nowS) live++
    }
    if (live >= this.#entriesMax) return false
    let slots = 1024
    while (slots < (live + 1) * 4) slots *= 2
    this.#words = new Uint32Array(slots * 3)
    this.#size = live
    for (let at = 0; at < old.length; at += 3) {
      const [high = 0, low = 0, untilS = 0] = old.subarray(at, at + 3)
      if (low !== 0 && untilS > nowS) this.#put(this.#find(high, low), [high, low, untilS])
    }
    return true
  }
}
