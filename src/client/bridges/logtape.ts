import type { Logger } from '../logger.ts'
import { type BridgeOptions, eventOf, levelNamed } from './bridge-options.ts'

/** A record of LogTape, as far as it is read here. */
export interface LogTapeRecord {
  readonly category: readonly string[]
  readonly level: string
  /** Texts and values in turn, beginning and ending with a text. */
  readonly message: readonly unknown[]
  readonly properties: Readonly<Record<string, unknown>>
}

/**
 * A sink of LogTape: the message becomes `additional.message`, the category `additional.category`, properties go along
 * as they are.
 *
 * @example
 * ```ts
 * import { configure, getLogger } from '@logtape/logtape'
 * import { createLogger } from 'minutebook/client'
 * import { logtapeSink } from 'minutebook/client/logtape'
 *
 * await configure({
 *   sinks: { book: logtapeSink(createLogger({ facility: 'checkout', spool: './spool' })) },
 *   loggers: [{ category: 'checkout', sinks: ['book'], lowestLevel: 'info' }],
 * })
 * getLogger('checkout').warn('payment of {orderId} took long', { orderId: 4711 })
 * ```
 */
export function logtapeSink(
  log: Logger,
  options: BridgeOptions<LogTapeRecord> = {},
): (record: LogTapeRecord) => void {
  return (record) => {
    log.dynamicEvent(levelNamed(record.level) ?? 'info', eventOf(options, record), {
      ...record.properties,
      category: record.category.join('.'),
      message: messageOf(record.message),
    })
  }
}

function messageOf(parts: readonly unknown[]): string {
  return parts.map((part) => (typeof part === 'string' ? part : textOf(part))).join('')
}

function textOf(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  } catch {
    return '[unreadable]'
  }
}
