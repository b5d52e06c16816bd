import { expect } from 'bun:test'
import { createLogger, type Fields, type Logger } from '../../src/client/logger.ts'
import type { ClientProblem } from '../../src/client/sink.ts'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { type LoggedBook, openLoggedBook } from './logged-book.ts'

/** A logger of a real server, and what comes back of the fields that it is given. */
export class LoggedValues implements AsyncDisposable {
  readonly book: LoggedBook
  readonly log: Logger
  readonly problems: ClientProblem[] = []
  #logged = 0

  private constructor(book: LoggedBook) {
    this.book = book
    this.log = createLogger({
      facility: 'values',
      url: book.url,
      level: 'debug',
      fallback: false,
      onProblem: (problem) => this.problems.push(problem),
    })
  }

  static async open(): Promise<LoggedValues> {
    return new LoggedValues(await openLoggedBook())
  }

  /** The `additional` of an event with these fields, as the server gives it back. */
  async back(fields: unknown, by: Logger = this.log): Promise<JsonObject> {
    const text = `event ${++this.#logged}`
    by.dynamicEvent('info', text, fields as Fields)
    expect(await by.flush(5_000)).toBe(true)
    expect(this.problems).toEqual([])
    const event = (await this.book.events()).find((candidate) => candidate['event'] === text)
    return asObject(event?.['additional'])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.log.close()
    await this.book[Symbol.asyncDispose]()
  }
}
