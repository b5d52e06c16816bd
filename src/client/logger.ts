import type { LevelName } from '../event/level.ts'
import type { FixedText } from './fixed-text.ts'
import { noFields } from './encode/event-encoder.ts'
import { EventLogger } from './event-logger.ts'
import { openPipeline } from './open-pipeline.ts'
import type { LoggerOptions } from './options.ts'

/**
 * What an event carries beside its text: names and values of any kind. An Error in its place becomes the
 * member `err`.
 */
export type Fields = object

/**
 * Logs one event. `event` is a fixed text that names what happened: a `string` or a template literal with
 * a variable part does not compile. What varies goes into `fields`.
 */
export type LogMethod = <const S extends string>(event: FixedText<S>, fields?: Fields) => void

/** Logs events of one facility. No method throws, and none keeps the process alive. */
export interface Logger extends AsyncDisposable {
  /** The system is unusable (level 0). */
  readonly emerg: LogMethod
  /** Someone must act at once (1). */
  readonly alert: LogMethod
  /** Critical (2). */
  readonly crit: LogMethod
  /** Something failed (3). */
  readonly error: LogMethod
  /** Something may fail (4). */
  readonly warn: LogMethod
  /** Normal but significant (5). */
  readonly notice: LogMethod
  /** Informational (6). */
  readonly info: LogMethod
  /** For debugging (7). */
  readonly debug: LogMethod
  /**
   * The escape hatch from fixed texts, for bridges and for texts that are fixed but not known when the
   * program is compiled. Every different text is an entry of the server's catalogue.
   */
  dynamicEvent(level: LevelName, event: string, fields?: Fields): void
  /** The least severe level that is logged. Setting it holds for all loggers made by `with` too. */
  level: LevelName | 'silent'
  /** Whether an event of this level would be logged: to spare the making of costly fields. */
  isEnabled(level: LevelName): boolean
  /** A logger whose events carry these fields too. They are read now, not when an event is logged. */
  with(fields: Fields): Logger
  /**
   * Waits until all events so far are safe (answered by the server, or synced to the spool), at most
   * `limitMs` (2,000). False when some are not; they are kept and sent later. Never rejects.
   */
  flush(limitMs?: number): Promise<boolean>
  /** Flushes, puts what is left on disk, and lets go of sockets and files. Later events are dropped. */
  close(limitMs?: number): Promise<void>
}

/**
 * Opens a logger.
 *
 * @throws TypeError when an option is wrong; nothing else ever throws.
 * @example
 * ```ts
 * import { createLogger } from 'minutebook/client'
 *
 * const log = createLogger({ facility: 'checkout', url: 'http://127.0.0.1:8420' })
 * log.info('order placed', { orderId: 4711, total: 12.5 })
 * await log.flush()
 * ```
 */
export function createLogger(options: LoggerOptions): Logger {
  const pipeline = openPipeline(options)
  return new EventLogger(pipeline, pipeline.bind(noFields, options.fields))
}
