/** Events that wait in memory, one after the other in one buffer. */
export class PendingBatch {
  bytes: Buffer
  length = 0
  /** When its first event came, by the monotonic clock. */
  beganMs = 0
  /** Where each event ends. */
  ends: number[] = []
  levels: number[] = []
  /** The number of its first event, from 1; 0 until it is sent or stored. From then on it does not change. */
  sequence = 0
  /** As it goes over the wire, once it does. */
  sent: SentBatch | null = null

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  get events(): number {
    return this.ends.length
  }

  /** Copies the event `bytes[from, to)`. */
  push(bytes: Buffer, from: number, to: number, level: number): void {
    const end = this.length + to - from
    if (this.ends.length === 0) this.beganMs = performance.now()
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, end))
      this.bytes.copy(larger, 0, 0, this.length)
      this.bytes = larger
    }
    bytes.copy(this.bytes, this.length, from, to)
    this.length = end
    this.ends.push(end)
    this.levels.push(level)
  }

  /** Takes all events of a level out; how many. */
  removeLevel(level: number): number {
    const { ends, levels } = this
    this.ends = []
    this.levels = []
    let from = 0
    this.length = 0
    for (const [i, end] of ends.entries()) {
      const own = levels[i] ?? 0
      if (own !== level) {
        this.bytes.copy(this.bytes, this.length, from, end)
        this.length += end - from
        this.ends.push(this.length)
        this.levels.push(own)
      }
      from = end
    }
    return ends.length - this.ends.length
  }
}

/** A batch as it goes over the wire, again and again until it is answered. */
export interface SentBatch {
  readonly key: string
  /** Who numbered its events. */
  readonly producer: string
  /** Of its first event, counted from 1 by producer. */
  readonly sequence: number
  readonly events: number
  readonly body: Uint8Array
  readonly encoding: 'identity' | 'gzip' | 'zstd'
}
