/*
 * Token buckets: `perSecond` on average, `burst` at once (as in RFC 2697's committed rate and burst size, of
 * requests instead of bytes).
 */

export interface RateLimit {
  /** 0: no limit. */
  readonly perSecond: number
  readonly burst: number
}

interface Bucket {
  tokens: number
  atMs: number
}

/** Who is counted at once; beyond that, those who have not come for long are forgotten. */
const bucketsMax = 65_536

export class RateLimiter {
  readonly #limit: RateLimit
  readonly #buckets = new Map<string, Bucket>()

  constructor(limit: RateLimit) {
    this.#limit = limit
  }

  /** 0: the request may pass; otherwise the seconds after which the next one may. */
  take(who: string, nowMs: number): number {
    const { perSecond, burst } = this.#limit
    if (perSecond === 0) return 0
    const bucket = this.#bucketOf(who, nowMs)
    const passedS = Math.max(0, nowMs - bucket.atMs) / 1000
    bucket.tokens = Math.min(burst, bucket.tokens + passedS * perSecond)
    bucket.atMs = nowMs
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      return 0
    }
    return Math.ceil((1 - bucket.tokens) / perSecond)
  }

  /** What `take` would answer; nothing is taken. */
  wait(who: string, nowMs: number): number {
    const { perSecond, burst } = this.#limit
    const bucket = this.#buckets.get(who)
    if (perSecond === 0 || bucket === undefined) return 0
    const passedS = Math.max(0, nowMs - bucket.atMs) / 1000
    const tokens = Math.min(burst, bucket.tokens + passedS * perSecond)
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / perSecond)
  }

  #bucketOf(who: string, nowMs: number): Bucket {
    const known = this.#buckets.get(who)
    if (known !== undefined) return known
    if (this.#buckets.size >= bucketsMax) this.#forget(nowMs)
    const fresh = { tokens: this.#limit.burst, atMs: nowMs }
    this.#buckets.set(who, fresh)
    return fresh
  }

  /** Forgets all whose bucket would be full again; if that helps nothing, all: a flood is no memory leak. */
  #forget(nowMs: number): void {
    const { perSecond, burst } = this.#limit
    const fullAfterMs = (burst / perSecond) * 1000
    for (const [who, bucket] of this.#buckets) {
      if (nowMs - bucket.atMs >= fullAfterMs) this.#buckets.delete(who)
    }
    if (this.#buckets.size >= bucketsMax) this.#buckets.clear()
  }
}
