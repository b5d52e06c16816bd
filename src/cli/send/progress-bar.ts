/** How far a `send` has come, on a terminal only; redrawn at most ten times a second. */
export class ProgressBar {
  readonly #write: ((text: string) => void) | null
  /** Bytes of all files, or null when one of them is a pipe. */
  readonly #bytesTotal: number | null
  readonly #now: () => number
  #bytes = 0
  #events = 0
  #drawnMs = Number.NEGATIVE_INFINITY
  readonly #startedMs: number

  /** `write` is null where nobody looks. */
  constructor(
    write: ((text: string) => void) | null,
    bytesTotal: number | null,
    now: () => number,
  ) {
    this.#write = write
    this.#bytesTotal = bytesTotal
    this.#now = now
    this.#startedMs = now()
  }

  addBytes(bytes: number): void {
    this.#bytes += bytes
    this.#draw()
  }

  addEvents(events: number): void {
    this.#events += events
    this.#draw()
  }

  /** Wipes the line, so that the counts stand alone. */
  end(): void {
    this.#write?.('\r\u001b[2K')
  }

  #draw(): void {
    if (this.#write === null || this.#now() - this.#drawnMs < 100) return
    this.#drawnMs = this.#now()
    const seconds = Math.max(0.001, (this.#drawnMs - this.#startedMs) / 1000)
    const rate = Math.round(this.#events / seconds).toLocaleString('en-US')
    const count = this.#events.toLocaleString('en-US')
    this.#write(`\r\u001b[2K${this.#bar()}${count} events, ${rate}/s`)
  }

  #bar(): string {
    if (this.#bytesTotal === null || this.#bytesTotal === 0) return ''
    const share = Math.min(1, this.#bytes / this.#bytesTotal)
    const filled = Math.round(share * 30)
    return `[${'#'.repeat(filled)}${'-'.repeat(30 - filled)}] ${Math.floor(share * 100)} %  `
  }
}
