import { afterEach, beforeEach } from 'bun:test'
import { createLogger, type Logger } from '../../src/client/logger.ts'
import type { DirectLoggerOptions } from '../../src/client/options.ts'
import type { ClientProblem } from '../../src/client/sink.ts'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { numberOf } from '../server/ask.ts'
import { type LoggedBook, openLoggedBook } from './logged-book.ts'
import { openUnsteadyServer, type UnsteadyServer } from './unsteady-server.ts'

/** Direct mode against a real server behind something that fails: new for each test of the file that asks for it. */
export class DirectLogging {
  #book: LoggedBook | null = null
  #between: UnsteadyServer | null = null
  #open: Logger[] = []
  problems: ClientProblem[] = []

  constructor() {
    beforeEach(async () => {
      this.#book = await openLoggedBook()
      this.#between = openUnsteadyServer(this.#book.url)
      this.problems = []
    })
    afterEach(async () => {
      await Promise.all(this.#open.splice(0).map((log) => log.close()))
      this.#between?.[Symbol.dispose]()
      await this.#book?.[Symbol.asyncDispose]()
    })
  }

  get book(): LoggedBook {
    if (this.#book === null) throw new Error('no test runs')
    return this.#book
  }

  get between(): UnsteadyServer {
    if (this.#between === null) throw new Error('no test runs')
    return this.#between
  }

  logger(options: Partial<DirectLoggerOptions> = {}): Logger {
    const log = createLogger({
      facility: 'shop',
      url: this.between.url,
      fallback: false,
      level: 'debug',
      batchAgeMs: 20,
      onProblem: (problem) => this.problems.push(problem),
      ...options,
    })
    this.#open.push(log)
    return log
  }

  /** The codes of all problems so far. */
  codes(): string[] {
    return this.problems.map(({ code }) => code)
  }
}

export const upTo = (count: number, from = 1): number[] =>
  Array.from({ length: count }, (_, i) => from + i)

/** The numbers of the orders among events. */
export const placed = (events: readonly JsonObject[]): number[] =>
  events.filter(({ event }) => event === 'order placed').map(numberOf)

/** What the reports of dropped events say. */
export const dropsOf = (events: readonly JsonObject[]): JsonObject[] =>
  events
    .filter(({ event }) => event === 'log events dropped')
    .map(({ additional }) => asObject(additional))
