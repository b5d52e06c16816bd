import type { LevelName } from '../../event/level.ts'
import type { Logger } from '../logger.ts'
import { type BridgeOptions, eventOf } from './bridge-options.ts'

/** A line of pino, parsed. */
export type PinoRecord = Readonly<Record<string, unknown>>

/** A destination as pino takes it: not a worker, which would lose the last lines of a process. */
export interface PinoStream {
  /** By which pino knows a destination from its options. */
  readonly writable: true
  write(line: string): void
}

/** The least number of each of pino's levels, most severe first. */
const levels: readonly (readonly [least: number, level: LevelName])[] = [
  [60, 'crit'],
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [-Infinity, 'debug'],
]

/**
 * Logs what pino logs: `msg` becomes `additional.message`, `time` and `level` the event's own, everything else goes
 * along as it is.
 *
 * @example
 * ```ts
 * import pino from 'pino'
 * import { createLogger } from 'minutebook/client'
 * import { pinoStream } from 'minutebook/client/pino'
 *
 * const log = pino(pinoStream(createLogger({ facility: 'checkout', spool: './spool' })))
 * log.warn({ orderId: 4711 }, 'payment took long')
 * ```
 */
export function pinoStream(log: Logger, options: BridgeOptions<PinoRecord> = {}): PinoStream {
  return {
    writable: true,
    write(line) {
      const record = parse(line)
      const { level, time: _, msg, ...fields } = record
      const message = msg === undefined ? {} : { message: msg }
      log.dynamicEvent(levelOf(level), eventOf(options, record), { ...fields, ...message })
    },
  }
}

/** By number, or by the name that a formatter put in its place. */
function levelOf(level: unknown): LevelName {
  const number = typeof level === 'number' ? level : (pinoNumbers[String(level)] ?? 30)
  return levels.find(([least]) => number >= least)?.[1] ?? 'debug'
}

const pinoNumbers: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
}

function parse(line: string): PinoRecord {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : { msg: line }
  } catch {
    return { msg: line.trimEnd() }
  }
}
