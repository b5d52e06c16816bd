import type { LevelName } from '../../event/level.ts'
import { levelNames } from '../../event/level.ts'

/** What a bridge from another logging library takes; `R` is that library's record. */
export interface BridgeOptions<R> {
  /**
   * The fixed text that names the event of a record. By default one text for all: what other libraries log is free
   * text, which goes into `additional.message`.
   */
  readonly event?: string | ((record: R) => string)
}

/** The event of a record, unless an option names another. */
export const usualEvent = 'log message'

/** The fixed text that the options give a record. */
export function eventOf<R>(options: BridgeOptions<R>, record: R): string {
  const { event } = options
  return typeof event === 'function' ? event(record) : (event ?? usualEvent)
}

/** What other libraries call their levels, beside our own names. */
const otherNames: Readonly<Record<string, LevelName>> = {
  fatal: 'crit',
  critical: 'crit',
  err: 'error',
  warning: 'warn',
  http: 'info',
  log: 'info',
  verbose: 'debug',
  trace: 'debug',
  silly: 'debug',
}

/** Null for a level that says nothing to us. */
export function levelNamed(name: string): LevelName | null {
  return levelNames.find((level) => level === name) ?? otherNames[name] ?? null
}
