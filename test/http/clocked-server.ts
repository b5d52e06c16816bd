import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { readConfig } from '../../src/config.ts'
import { formatMinute } from '../../src/event/time.ts'
import { type MinutebookServer, type ServerOptions, startServer } from '../../src/server.ts'
import { assertDocumented } from './documented.ts'

const minuteMs = 60_000

/** The real server in this process, on a clock that the test turns. */
export class ClockedServer implements AsyncDisposable {
  readonly dataDir: string
  readonly #open: () => Promise<MinutebookServer>
  readonly #clock: { ms: number }
  #server: MinutebookServer

  private constructor(
    server: MinutebookServer,
    dataDir: string,
    clock: { ms: number },
    open: () => Promise<MinutebookServer>,
  ) {
    this.dataDir = dataDir
    this.#server = server
    this.#clock = clock
    this.#open = open
  }

  get url(): string {
    return this.#server.url
  }

  /** Starts in the middle of the minute `firstMinute`. */
  static async start(
    flags: readonly string[] = [],
    options: Pick<ServerOptions, 'queryScript'> = {},
  ): Promise<ClockedServer> {
    const dataDir = await mkdtemp(join(tmpdir(), 'minutebook-http-'))
    const clock = { ms: Date.parse('2026-11-22T12:34:30Z') }
    const open = (): Promise<MinutebookServer> =>
      startServer({
        config: readConfig(['--port', '0', '--data', dataDir, ...flags], {}),
        time: { wallMs: () => clock.ms, monotonicMs: () => clock.ms },
        log: pino({ level: 'silent' }),
        version: '0.0.0-test',
        ...options,
      })
    return new ClockedServer(await open(), dataDir, clock, open)
  }

  /** Stops and starts again, on another port. */
  async restart(): Promise<void> {
    await this.#server.stop()
    this.#server = await this.#open()
  }

  /** The open minute. */
  get minute(): string {
    return formatMinute(Math.floor(this.#clock.ms / minuteMs))
  }

  /** Sends a request; the answer must be one that the OpenAPI document knows. */
  async ask(path: string, init: BunFetchRequestInit = {}): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, init)
    await assertDocumented(this.url, init.method ?? 'GET', path, response)
    return response
  }

  async json(path: string, init: BunFetchRequestInit = {}): Promise<unknown> {
    return (await this.ask(path, init)).json()
  }

  post(
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const type = { 'content-type': 'application/json' }
    return this.ask('/api/v1/eventlog', { method: 'POST', body, headers: { ...type, ...headers } })
  }

  /** Posts events, which must all be accepted. */
  async log(...events: readonly object[]): Promise<void> {
    const response = await this.post(JSON.stringify(events))
    if (response.status !== 202) throw new Error(`not accepted: ${await response.text()}`)
  }

  /** Turns the clock to the middle of the next minute; the one that was open is a page then. */
  async closeMinute(): Promise<string> {
    const closed = this.minute
    this.#clock.ms += minuteMs
    await this.#server.closeDue()
    return closed
  }

  /** Turns the clock on by so many minutes, and closes those that are over. */
  async advance(minutes: number): Promise<void> {
    this.#clock.ms += minutes * minuteMs
    await this.#server.closeDue()
  }

  /** Applies the retention of the options, as every closing does. */
  retain(): Promise<void> {
    return this.#server.retain()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
