/** Upper bounds of the buckets of the latency of POST, in ms; one more holds what is beyond. */
export const latencyBoundsMs = [
  0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 250, 500, 1_000, 5_000,
] as const

/** What is counted for every request, in plain numbers: /metrics reads them when it is asked for. */
export class Traffic {
  /** Bytes of bodies as received, still compressed. */
  requestBytes = 0
  /** Bytes of answers as sent, without their heads. */
  responseBytes = 0
  readonly postCounts = new Float64Array(latencyBoundsMs.length + 1)
  postSumMs = 0
  /** Answers by status. */
  readonly answers = new Map<number, number>()

  answered(status: number): void {
    this.answers.set(status, (this.answers.get(status) ?? 0) + 1)
  }

  /** A POST of events was answered: 20 ns. */
  posted(tookMs: number): void {
    let bucket = 0
    while (bucket < latencyBoundsMs.length && tookMs > (latencyBoundsMs[bucket] ?? 0)) bucket++
    this.postCounts[bucket] = (this.postCounts[bucket] ?? 0) + 1
    this.postSumMs += tookMs
  }
}
