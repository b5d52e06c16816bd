import { type FSWatcher, watch } from 'node:fs'
import { Pause } from './pause.ts'

/** A change that the system does not tell is seen after so long. */
const pollMs = 1_000

/**
 * Waits until something in a directory changes. It watches only while someone waits: a spool that is written
 * to without pause would otherwise tell of every event.
 */
export class SpoolWatch {
  readonly #directory: string
  #watcher: FSWatcher | null = null
  #hasChanged = false
  #wake: (() => void) | null = null

  constructor(directory: string) {
    this.#directory = directory
  }

  /** Changes from now on end the next `changed`. Where it cannot be watched, it is looked at again and again. */
  begin(): void {
    this.#hasChanged = false
    try {
      this.#watcher = watch(this.#directory, { persistent: false }, () => this.#tell())
      this.#watcher.on('error', () => this.#tell())
    } catch {
      this.#watcher = null
    }
  }

  async changed(signal: AbortSignal): Promise<void> {
    if (!this.#hasChanged && !signal.aborted) await this.#wait(signal)
  }

  end(): void {
    this.#watcher?.close()
    this.#watcher = null
  }

  async #wait(signal: AbortSignal): Promise<void> {
    const pause = new Pause(pollMs, signal)
    this.#wake = () => pause.end()
    await pause.ended
    this.#wake = null
  }

  #tell(): void {
    this.#hasChanged = true
    this.#wake?.()
  }
}
