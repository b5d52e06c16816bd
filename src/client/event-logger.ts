import { type LevelName, levelNames } from '../event/level.ts'
import { type BoundFields, noFields } from './encode/event-encoder.ts'
import { eventLevel, numberOfLevel } from './level-gate.ts'
import type { Fields, Logger, LogMethod } from './logger.ts'
import type { Pipeline } from './pipeline.ts'

const flushLimitMs = 2_000
const closeLimitMs = 5_000

/** One method a level, as own functions: they work when they are passed around. */
export class EventLogger implements Logger {
  readonly #pipeline: Pipeline
  readonly #bound: BoundFields
  readonly emerg: LogMethod
  readonly alert: LogMethod
  readonly crit: LogMethod
  readonly error: LogMethod
  readonly warn: LogMethod
  readonly notice: LogMethod
  readonly info: LogMethod
  readonly debug: LogMethod

  constructor(pipeline: Pipeline, bound: BoundFields = noFields) {
    this.#pipeline = pipeline
    this.#bound = bound
    const { gate } = pipeline
    const at =
      (level: number): LogMethod =>
      (event, fields) => {
        if (level <= gate.max) pipeline.log(level, event, bound, fields)
      }
    this.emerg = at(0)
    this.alert = at(1)
    this.crit = at(2)
    this.error = at(3)
    this.warn = at(4)
    this.notice = at(5)
    this.info = at(6)
    this.debug = at(7)
  }

  dynamicEvent(level: LevelName, event: string, fields?: Fields): void {
    const number = eventLevel(level)
    if (number <= this.#pipeline.gate.max) this.#pipeline.log(number, event, this.#bound, fields)
  }

  get level(): LevelName | 'silent' {
    return this.#pipeline.gate.name
  }

  set level(level: LevelName | 'silent') {
    // What is no level changes nothing: a slip of the pen must not silence the log.
    if (level === 'silent' || levelNames.includes(level)) {
      this.#pipeline.gate.max = numberOfLevel(level)
    }
  }

  isEnabled(level: LevelName): boolean {
    return eventLevel(level) <= this.#pipeline.gate.max
  }

  with(fields: Fields): Logger {
    return new EventLogger(this.#pipeline, this.#pipeline.bind(this.#bound, fields))
  }

  flush(limitMs: number = flushLimitMs): Promise<boolean> {
    return this.#pipeline.flush(limitMs)
  }

  close(limitMs: number = closeLimitMs): Promise<void> {
    return this.#pipeline.close(limitMs)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
