import { statfs } from 'node:fs/promises'

/** How often free space is looked at. */
const lookMs = 1_000

/**
 * Watches the free space of the data directory, so that batches are refused while there is still room
 * to write the pages of what was acknowledged.
 */
export class DiskWatch {
  readonly #directory: string
  readonly #reserveBytes: number
  #timer: ReturnType<typeof setInterval> | undefined
  #freeBytes = Number.POSITIVE_INFINITY

  constructor(directory: string, reserveBytes: number) {
    this.#directory = directory
    this.#reserveBytes = reserveBytes
  }

  async start(): Promise<void> {
    await this.look()
    this.#timer = setInterval(() => void this.look(), lookMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  async look(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.#directory)
      this.#freeBytes = bavail * bsize
    } catch {
      // A directory that cannot be looked at shows itself at the next write, with a better reason.
    }
  }

  get freeBytes(): number {
    return this.#freeBytes
  }

  get isFull(): boolean {
    return this.#freeBytes < this.#reserveBytes
  }
}
