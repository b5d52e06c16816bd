import { type BoundFields, EventEncoder, noFields } from './encode/event-encoder.ts'
import type { RedactionNode } from './encode/redaction.ts'
import type { ExitHooks, ExitTask } from './exit-hooks.ts'
import type { LevelGate } from './level-gate.ts'
import type { Sink } from './sink.ts'

/** What the loggers of one `createLogger` have in common. */
export interface PipelineOptions {
  readonly facility: string
  readonly gate: LevelGate
  readonly redaction: RedactionNode | null
  readonly nowMs: () => number
  readonly exit: ExitHooks
  /** How long a process that has nothing else to do waits for its events. */
  readonly exitFlushMs: number
}

/** A value's getter may log, and the values of that event's too; no deeper. */
const nestedMax = 3

/** What the loggers of one `createLogger` share: encoder, sink and the end of the process. */
export class Pipeline {
  readonly gate: LevelGate
  readonly #options: PipelineOptions
  readonly #encoder: EventEncoder
  readonly #nowMs: () => number
  readonly #task: ExitTask
  #sink: Sink | null = null
  #nested = 0

  constructor(options: PipelineOptions) {
    this.#options = options
    this.gate = options.gate
    this.#nowMs = options.nowMs
    this.#encoder = new EventEncoder(options.facility, options.redaction)
    this.#task = {
      flush: () => this.flush(options.exitFlushMs),
      spill: () => this.#sink?.spill(),
    }
  }

  /** The sink may log through this pipeline, so it comes after it. */
  attach(sink: Sink): void {
    this.#sink = sink
    this.#options.exit.add(this.#task)
  }

  /** Never throws. */
  log(level: number, event: unknown, bound: BoundFields, fields: unknown): void {
    const encoder = this.#nested === 0 ? this.#encoder : this.#innerEncoder()
    if (encoder === null || this.#sink === null) return
    this.#nested++
    try {
      const timeMs = this.#nowMs()
      const end = encoder.encode(level, textOf(event), { timeMs, bound, fields })
      if (end > 0) this.#sink.write(encoder.bytes, end, level, timeMs)
    } catch {
      // Out of memory, or of stack: the application has other worries than its log.
    } finally {
      this.#nested--
    }
  }

  /** While a value's getter is being read, the buffer of the outer event is in use. */
  #innerEncoder(): EventEncoder | null {
    if (this.#nested >= nestedMax) return null
    return new EventEncoder(this.#options.facility, this.#options.redaction)
  }

  bind(bound: BoundFields, fields: unknown): BoundFields {
    const encoder = this.#nested === 0 ? this.#encoder : this.#innerEncoder()
    if (encoder === null) return bound
    this.#nested++
    try {
      return encoder.bind(bound, fields)
    } catch {
      return bound
    } finally {
      this.#nested--
    }
  }

  /** An event of the client's own. */
  report(level: number, event: string, fields: object): void {
    this.log(level, event, noFields, fields)
  }

  async flush(limitMs: number): Promise<boolean> {
    try {
      return (await this.#sink?.flush(limitMs)) ?? true
    } catch {
      return false
    }
  }

  async close(limitMs: number): Promise<void> {
    const sink = this.#sink
    if (sink === null) return
    try {
      await sink.close(limitMs)
    } finally {
      this.#sink = null
      this.#options.exit.remove(this.#task)
    }
  }
}

/** Callers without types may pass anything; an event has a text all the same. */
function textOf(event: unknown): string {
  const text = typeof event === 'string' ? event : String(event)
  return text === '' ? '(no event text)' : text
}
