import type { RedactReport, RedactRequest, RedactRule } from '../book/contract.ts'
import { daysPerRunMax, runIntervalMs } from '../book/retention.ts'
import { patternProblem } from '../event/facility-pattern.ts'
import { parseLevel } from '../event/level.ts'

/** Events of some facilities or of a level that are kept for a shorter time than the others. */
export interface RetentionRule {
  /** A name or a pattern; null: any. */
  readonly facility: string | null
  readonly level: number | null
  readonly days: number
}

export const retentionRulesMax = 64
const daysMax = 36_500
const dayMinutes = 1_440

/** Reads `NAME=7d,NAME=3d`; a text says what is wrong with it. */
export function parseRetentionRules(
  list: string,
  of: 'facility' | 'level',
): readonly RetentionRule[] | string {
  const rules: RetentionRule[] = []
  for (const item of list.split(',').filter((each) => each !== '')) {
    const [, name = '', digits = ''] = /^(.+)=(\d{1,5})d$/.exec(item) ?? []
    const days = Number(digits)
    if (name === '' || days < 1 || days > daysMax) {
      return `${JSON.stringify(item)} is no NAME=7d, with 1d to ${daysMax}d`
    }
    const level = of === 'level' ? parseLevel(name) : null
    if (level === undefined) return `${JSON.stringify(name)} is no level`
    const problem = of === 'facility' ? patternProblem(name) : ''
    if (problem !== '') return `${JSON.stringify(name)}: ${problem}`
    rules.push({ facility: of === 'facility' ? name : null, level, days })
  }
  return rules.length > retentionRulesMax ? `at most ${retentionRulesMax} rules` : rules
}

/** What they mean now. Whole days, so that each day is built anew once for a rule. */
export function rulesAt(rules: readonly RetentionRule[], nowMs: number): RedactRule[] {
  return rules.map(({ facility, level, days }) => {
    const minute = Math.floor(nowMs / 60_000) - days * dayMinutes
    return {
      beforeMinute: Math.max(0, minute - (minute % dayMinutes)),
      facilities: facility === null ? null : [facility],
      levels: level === null ? null : [level],
    }
  })
}

export interface RuledBook {
  redact(request: RedactRequest): Promise<RedactReport>
}

/**
 * Removes what the rules no longer keep, whenever a day has passed: at most two days a run, and runs are an hour apart,
 * so that a clock that jumps ahead does not take everything.
 */
export class RuledRetention {
  readonly #rules: readonly RetentionRule[]
  readonly #book: RuledBook
  readonly #keepFreeBytes: number
  #running = false
  #lastRunMs: number | null = null
  /** What was meant when there was nothing more to do. */
  #done = ''

  constructor(rules: readonly RetentionRule[], book: RuledBook, keepFreeBytes: number) {
    this.#rules = rules
    this.#book = book
    this.#keepFreeBytes = keepFreeBytes
  }

  /** Null: nothing was due. Rejects with DiskTrouble; the next try is an hour later. */
  async run(nowMs: number): Promise<RedactReport | null> {
    const rules = rulesAt(this.#rules, nowMs)
    const meant = JSON.stringify(rules)
    const isSoon = this.#lastRunMs !== null && Math.abs(nowMs - this.#lastRunMs) < runIntervalMs
    if (this.#running || isSoon || rules.length === 0 || meant === this.#done) return null
    this.#running = true
    this.#lastRunMs = nowMs
    try {
      const report = await this.#book.redact(this.#request(nowMs, false))
      if (report.days.length < daysPerRunMax) this.#done = meant
      return report.events === 0 ? null : report
    } finally {
      this.#running = false
    }
  }

  /** What a run would remove now; null without rules. */
  async look(nowMs: number): Promise<RedactReport | null> {
    return this.#rules.length === 0 ? null : this.#book.redact(this.#request(nowMs, true))
  }

  #request(nowMs: number, dryRun: boolean): RedactRequest {
    return {
      rules: rulesAt(this.#rules, nowMs),
      dryRun,
      why: 'retention',
      by: 'retention',
      atMs: nowMs,
      keepFreeBytes: this.#keepFreeBytes,
      daysMax: daysPerRunMax,
    }
  }
}
