import type { Logger } from 'pino'
import type { WorkerWriter } from './book/worker-writer.ts'
import { type Config, ConfigError } from './config.ts'
import type { RetentionOutlook } from './http/dependencies.ts'
import type { Metrics } from './http/ops/metrics.ts'
import {
  parseRetentionRules,
  type RetentionRule,
  RuledRetention,
} from './ingest/retention-rules.ts'
import { lookAtRetention, runRetention } from './ingest/retention-run.ts'

export interface RetentionParts {
  readonly config: Config
  readonly log: Logger
  readonly book: WorkerWriter
  readonly metrics: Metrics
  readonly nowMs: () => number
}

/** What the server does of itself against growing without end. */
export interface Retention {
  /** Drops whole pages by age and size, then removes events by the rules for facilities and levels. */
  readonly run: () => Promise<void>
  /** As `run`; what removes events takes its time, and nothing waits for it. */
  readonly begin: () => Promise<void>
  /** What is kept how long, and what the next run takes. */
  readonly outlook: () => Promise<RetentionOutlook>
}

/** Throws ConfigError for a rule that is none. */
export function makeRetention(parts: RetentionParts): Retention {
  const { config, log, book, metrics, nowMs } = parts
  const rules = rulesOf(config)
  const ruled = new RuledRetention(rules, book, config.diskReserveBytes)
  const drop = async (): Promise<void> => {
    const report = await runRetention(book, limitsOf(config), nowMs())
    if (report === null) return
    metrics.droppedPages += report.minutes
    log.info({ ...report }, 'retention has dropped pages')
  }
  const redact = async (): Promise<void> => {
    try {
      const report = await ruled.run(nowMs())
      if (report === null) return
      metrics.redacted(report)
      log.info({ ...report }, 'retention has removed events')
    } catch (error) {
      log.warn({ err: error }, 'retention could not remove events; it tries again in an hour')
    }
  }
  return {
    run: () => drop().then(redact),
    begin: async () => {
      await drop()
      // Minutes go on closing meanwhile.
      void redact()
    },
    outlook: async () => ({
      ...limitsOf(config),
      rules,
      drops: await lookAtRetention(book, limitsOf(config), nowMs()),
      removes: await ruled.look(nowMs()),
    }),
  }
}

/** Throws ConfigError. */
export function rulesOf({ retainFacility, retainLevel }: Config): RetentionRule[] {
  const facilities = parseRetentionRules(retainFacility, 'facility')
  if (typeof facilities === 'string') throw new ConfigError(`--retain-facility: ${facilities}`)
  const levels = parseRetentionRules(retainLevel, 'level')
  if (typeof levels === 'string') throw new ConfigError(`--retain-level: ${levels}`)
  return [...facilities, ...levels]
}

/** What drops whole pages. */
export function limitsOf({ retainDays, retainBytes }: Config) {
  return {
    maxAgeMs: retainDays === 0 ? null : retainDays * 86_400_000,
    maxBytes: retainBytes === 0 ? null : retainBytes,
  }
}
