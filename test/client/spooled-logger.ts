import { createLogger, type Logger } from '../../src/client/logger.ts'
import { SpoolReader } from '../../src/client/spool/reader.ts'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { decodeEvents } from './decode-events.ts'
import { spoolDirectory } from './spool-directory.ts'

/** An event without its time and facility, which are the same for all. */
export interface LoggedEvent {
  readonly level: string
  readonly event: string
  readonly additional: JsonObject
}

export interface SpooledLogger extends AsyncDisposable {
  readonly log: Logger
  /** What was logged since the last call. */
  events(): LoggedEvent[]
}

const levels = ['emerg', 'alert', 'crit', 'error', 'warn', 'notice', 'info', 'debug']

/** A logger whose events can be read at once. */
export function openSpooledLogger(): SpooledLogger {
  const spool = spoolDirectory()
  const log = createLogger({ facility: 'test', level: 'debug', spool: spool.path })
  const reader = new SpoolReader({ directory: spool.path })
  return {
    log,
    events() {
      const events: LoggedEvent[] = []
      for (const batch of reader.batches()) {
        for (const { level, event, additional } of decodeEvents(batch.body)) {
          events.push({
            level: levels[Number(level)] ?? '',
            event: String(event),
            additional: asObject(additional),
          })
        }
        reader.markDone(batch)
      }
      return events
    },
    async [Symbol.asyncDispose]() {
      await log.close()
      spool[Symbol.dispose]()
    },
  }
}
