import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventsPerSecond, firstTimestampMs } from '../../bench/events.ts'
import { writeBook } from '../../bench/query-book.ts'
import type { MinutebookServer } from '../../src/server.ts'
import { asObject } from '../http/json-object.ts'
import {
  clockAt,
  minuteMs,
  pass,
  startInProcess,
  type TempDirectory,
  tempDirectory,
  type TurnedClock,
} from '../server/in-process.ts'

export const generatedEvents = 1_000_000

const loghub = join(import.meta.dir, '../../../shared/data/loghub')
const minutes = Math.ceil(generatedEvents / eventsPerSecond / 60)

/** A server whose book holds a million generated events in pages of 45 minutes, and then those of Loghub, if they are there. */
export class LargeBook implements AsyncDisposable {
  readonly url: string
  /** Loghub's, which say that they are some years old. */
  readonly loghubEvents: number
  readonly #server: MinutebookServer
  readonly #clock: TurnedClock
  readonly #data: TempDirectory

  private constructor(
    server: MinutebookServer,
    clock: TurnedClock,
    data: TempDirectory,
    loghubEvents: number,
  ) {
    this.url = server.url
    this.loghubEvents = loghubEvents
    this.#server = server
    this.#clock = clock
    this.#data = data
  }

  /** The event time of the generated events, as the app's address has it. */
  static readonly range = `from=${iso(firstTimestampMs)}&to=${iso(firstTimestampMs + minutes * minuteMs)}`

  static async open(): Promise<LargeBook> {
    const data = tempDirectory()
    await writeBook(data.path, generatedEvents, 'live')
    const clock = clockAt(firstTimestampMs + minutes * minuteMs + 30_000)
    const server = await startInProcess(data.path, clock, ['--retain-days', '0'])
    let events = 0
    for (const name of existsSync(loghub) ? readdirSync(loghub) : []) {
      if (!name.endsWith('.ndjson')) continue
      const response = await fetch(`${server.url}/api/v1/eventlog`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body: readFileSync(join(loghub, name)),
      })
      events += Number(asObject(await response.json())['accepted'])
    }
    const book = new LargeBook(server, clock, data, events)
    await book.closeMinute()
    return book
  }

  async closeMinute(): Promise<void> {
    pass(this.#clock, minuteMs)
    await this.#server.closeDue()
  }

  async log(events: readonly object[]): Promise<void> {
    const response = await fetch(`${this.url}/api/v1/eventlog`, {
      method: 'POST',
      body: JSON.stringify(events),
    })
    if (response.status !== 202) throw new Error(`not accepted: ${await response.text()}`)
  }

  /** Time goes on, and no minute ends. */
  tick(ms: number): void {
    pass(this.#clock, ms)
  }

  async json(path: string): Promise<Record<string, unknown>> {
    return asObject(await (await fetch(`${this.url}/api/v1/eventqry${path}`)).json())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop()
    this.#data[Symbol.dispose]()
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
