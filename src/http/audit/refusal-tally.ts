import type { RefusedRequest } from '../access.ts'

/** Kinds of refusals that are told apart until the next flush; what is beyond is only counted. */
export const refusalKindsMax = 100

/** Refusals of one address, principal and reason. */
export interface CountedRefusal extends Omit<RefusedRequest, 'method' | 'path'> {
  count: number
  readonly firstMs: number
  lastMs: number
}

/** Sums refused authentications up, so that a flood of them writes a hundred events a minute and no more. */
export class RefusalTally {
  #kinds = new Map<string, CountedRefusal>()
  #further = 0

  get isEmpty(): boolean {
    return this.#kinds.size === 0
  }

  add({ code, need, address, principal, why }: RefusedRequest, nowMs: number): void {
    const key = `${code} ${need} ${address} ${principal} ${why}`
    const known = this.#kinds.get(key)
    if (known !== undefined) {
      known.count++
      known.lastMs = nowMs
      return
    }
    if (this.#kinds.size >= refusalKindsMax) {
      this.#further++
      return
    }
    const once = { code, need, address, principal, why, count: 1, firstMs: nowMs, lastMs: nowMs }
    this.#kinds.set(key, once)
  }

  /** All since the last time, and forgets them. */
  take(): { readonly listed: readonly CountedRefusal[]; readonly further: number } {
    const taken = { listed: [...this.#kinds.values()], further: this.#further }
    this.#kinds = new Map()
    this.#further = 0
    return taken
  }
}
