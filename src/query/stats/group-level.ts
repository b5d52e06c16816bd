import type { Meter } from '../work/contract.ts'

const denseParents = 1024
const denseIds = 64
/** More values of a field than a job can hold; a parent and an id together stay below 2^53. */
const idsMax = 2 ** 26
/** A child in two lists and in a map. */
const childBytes = 64

/** One step of the way to a group: children by parent and the number of a value. */
export class GroupLevel {
  readonly parents: number[] = []
  readonly ids: number[] = []
  readonly #meter: Meter
  readonly #dense = new Uint32Array(denseParents * denseIds)
  readonly #sparse = new Map<number, number>()
  /** Of parent 0, by id: there is no other parent on the first level. */
  #roots = new Uint32Array(denseIds)

  constructor(meter: Meter) {
    this.#meter = meter
  }

  get size(): number {
    return this.ids.length
  }

  /** The child's number, a new one if need be: 3 ns of few, 30 ns of many. Throws QueryLimit. */
  child(parent: number, id: number): number {
    // Fast path: of the first level, and of few parents of few values, nothing is hashed.
    if (parent === 0) return this.#root(id)
    if (parent < denseParents && id < denseIds) {
      const at = parent * denseIds + id
      const known = this.#dense[at] ?? 0
      if (known > 0) return known - 1
      const fresh = this.#add(parent, id)
      this.#dense[at] = fresh + 1
      return fresh
    }
    const key = parent * idsMax + id
    const known = this.#sparse.get(key)
    if (known !== undefined) return known
    const fresh = this.#add(parent, id)
    this.#sparse.set(key, fresh)
    return fresh
  }

  #root(id: number): number {
    if (id >= this.#roots.length) {
      const length = 2 ** Math.ceil(Math.log2(id + 1))
      this.#meter.hold({ bytes: 4 * (length - this.#roots.length) })
      const larger = new Uint32Array(length)
      larger.set(this.#roots)
      this.#roots = larger
    }
    const known = this.#roots[id] ?? 0
    if (known > 0) return known - 1
    const fresh = this.#add(0, id)
    this.#roots[id] = fresh + 1
    return fresh
  }

  #add(parent: number, id: number): number {
    this.#meter.hold({ groups: 1, bytes: childBytes })
    this.parents.push(parent)
    return this.ids.push(id) - 1
  }
}
