import { Writable } from 'node:stream'
import type { Logger } from '../logger.ts'
import { type BridgeOptions, eventOf, levelNamed } from './bridge-options.ts'

/** A record of winston: its level, its message and what was given with it. */
export type WinstonRecord = Readonly<Record<string | symbol, unknown>>

/** Where winston keeps the level that no format has coloured. */
const levelKey = Symbol.for('level')

/** What winston takes for a transport: a stream of objects that has a method `log`. */
export interface WinstonTransport extends Writable {
  readonly log: (record: WinstonRecord, next: () => void) => void
}

/**
 * Logs what winston logs: its message becomes `additional.message`, what was given with it goes along as it is. A level that is not one of ours stays
 * readable as `additional.level`.
 *
 * @example
 * ```ts
 * import winston from 'winston'
 * import { createLogger } from 'minutebook/client'
 * import { winstonTransport } from 'minutebook/client/winston'
 *
 * const log = winston.createLogger({
 *   transports: [winstonTransport(createLogger({ facility: 'checkout', spool: './spool' }))],
 * })
 * log.warn('payment took long', { orderId: 4711 })
 * ```
 */
export function winstonTransport(
  log: Logger,
  options: BridgeOptions<WinstonRecord> = {},
): WinstonTransport {
  const take = (record: WinstonRecord): void => {
    const { level: shown, ...fields } = record
    const name = String(record[levelKey] ?? shown)
    const level = levelNamed(name)
    const unknown = level === null ? { level: name } : {}
    log.dynamicEvent(level ?? 'info', eventOf(options, record), { ...fields, ...unknown })
  }
  const stream = new Writable({
    objectMode: true,
    write(record: WinstonRecord, _encoding, done) {
      take(record)
      done()
    },
  })
  return Object.assign(stream, {
    log(record: WinstonRecord, next: () => void) {
      take(record)
      next()
    },
  })
}
