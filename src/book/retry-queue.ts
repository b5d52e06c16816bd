import { DiskTrouble, type Trouble } from './disk-trouble.ts'

/** How long after a failure the disk is asked again. */
export const retryIntervalMs = 1_000

interface Task {
  readonly run: () => void
  readonly fail: (error: unknown) => void
}

/**
 * Runs synchronous operations in order. One that meets DiskTrouble stays at the head and is run again every
 * second, and those behind it wait; one that throws anything else is failed and forgotten. What is
 * wrong is told once when it begins, when it changes its kind, and when it is over.
 */
export class RetryQueue {
  readonly #tasks: Task[] = []
  readonly #onTrouble: (trouble: Trouble | null) => void
  #trouble: Trouble | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(onTrouble: (trouble: Trouble | null) => void) {
    this.#onTrouble = onTrouble
  }

  get waiting(): number {
    return this.#tasks.length
  }

  add(run: () => void, fail: (error: unknown) => void): void {
    this.#tasks.push({ run, fail })
    if (this.#timer === null) this.#work()
  }

  /** Asks the disk again now: space may have been freed. */
  hurry(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#timer = null
    this.#work()
  }

  /** Forgets what waits: the journal still holds it. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    const tasks = this.#tasks.splice(0)
    for (const task of tasks) task.fail(new Error('the book is being closed'))
  }

  #work(): void {
    for (let task = this.#tasks[0]; task !== undefined; task = this.#tasks[0]) {
      try {
        task.run()
      } catch (error) {
        if (error instanceof DiskTrouble) return this.#retryLater(error)
        task.fail(error)
      }
      this.#tasks.shift()
      this.#tell(null)
    }
  }

  #retryLater(trouble: DiskTrouble): void {
    this.#tell({ kind: trouble.kind, detail: trouble.detail })
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#work()
    }, retryIntervalMs)
  }

  #tell(trouble: Trouble | null): void {
    const changed = this.#trouble?.kind !== trouble?.kind
    this.#trouble = trouble
    if (changed) this.#onTrouble(trouble)
  }
}
