import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { asObject, type JsonObject } from '../http/json-object.ts'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'
import { type ServerProcess, startServer, until } from '../server/process.ts'
import { makeRandom } from './load.ts'
import { startForwarder, type VictimProcess } from './spool-process.ts'

const limitMs = 60_000

/** A server and a forwarder between a spool and a book, killed again and again. */
export class SpoolRun implements AsyncDisposable {
  readonly #directory = tempDirectory()
  readonly #random: (below: number) => number
  readonly #port: number
  readonly spool = join(this.#directory.path, 'spool')
  readonly #data = join(this.#directory.path, 'data')
  #server: ServerProcess | null = null
  #forwarder: VictimProcess | null = null
  kills = 0

  constructor(seed: number) {
    this.#random = makeRandom(seed)
    this.#port = freePort()
  }

  random(below: number): number {
    return this.#random(below)
  }

  progressFile(who: number): string {
    return join(this.#directory.path, `progress-${who}`)
  }

  /** The number of the last event whose call returned; -1: none did. */
  progressOf(who: number): number {
    const file = this.progressFile(who)
    const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
    return text === '' ? -1 : Number(text)
  }

  async start(): Promise<void> {
    this.#startForwarder()
    await this.#startServer()
  }

  /** Kills the server, the forwarder or both, leaves them dead for `downMs` at most, and starts them again. */
  async killSome(downMs: number): Promise<void> {
    const which = this.#random(3)
    if (which !== 0) {
      await this.#forwarder?.kill9()
      this.kills++
    }
    if (which !== 1) {
      await this.#server?.kill9()
      this.kills++
    }
    await Bun.sleep(this.#random(downMs))
    if (which !== 0) this.#startForwarder()
    if (which !== 1) await this.#startServer()
    await Bun.sleep(this.#random(300))
  }

  /** The server alone is away for so long. */
  async serverAway(ms: number): Promise<void> {
    await this.#server?.kill9()
    this.kills++
    await Bun.sleep(ms)
    await this.#startServer()
  }

  /** Waits until the server has so many events of all producers. */
  async accepted(events: number): Promise<void> {
    await until(`${events} events at the server`, limitMs, async () => {
      return Number((await this.totals())['accepted']) >= events
    })
  }

  /** Waits until the forwarder has deleted all that was left in the spool. */
  async spoolEmpty(): Promise<void> {
    await until('an empty spool', limitMs, async () => this.segments().length === 0)
  }

  segments(): string[] {
    return readdirSync(this.spool).filter((name) => name.endsWith('.seg'))
  }

  async totals(): Promise<JsonObject> {
    return asObject(asObject(await this.#producers())['totals'])
  }

  async #producers(): Promise<unknown> {
    return (await fetch(`${this.#server?.url}/api/v1/eventqry/producers`)).json()
  }

  /** Kills what is left, closes all minutes, and gives all events in the order of the book. */
  async events(): Promise<JsonObject[]> {
    await this.#forwarder?.kill9()
    await this.#server?.kill9()
    this.#server = null
    const clock = clockAt(Date.now())
    const server = await startInProcess(this.#data, clock)
    try {
      pass(clock, 2 * minuteMs)
      await server.closeDue()
      return await eventsInOrder(server.url)
    } finally {
      await server.stop()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#forwarder?.kill9()
    await this.#server?.kill9()
    this.#directory[Symbol.dispose]()
  }

  #startForwarder(): void {
    this.#forwarder = startForwarder(this.spool, `http://127.0.0.1:${this.#port}`)
  }

  async #startServer(): Promise<void> {
    const flags = ['--port', String(this.#port)]
    this.#server = await startServer({ data: this.#data, flags })
  }
}

function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('') })
  const { port } = server
  void server.stop(true)
  if (port === undefined) throw new Error('no free port')
  return port
}

/** Ids grow in the order in which batches were made durable. */
async function eventsInOrder(url: string): Promise<JsonObject[]> {
  const list = asObject(await (await fetch(`${url}/api/v1/eventqry/minutes`)).json())
  const minutes = Array.isArray(list['minutes']) ? list['minutes'].map(asObject) : []
  const events: JsonObject[] = []
  for (const { href } of minutes) {
    const headers = { accept: 'application/x-ndjson' }
    const text = await (await fetch(`${url}${String(href)}`, { headers })).text()
    for (const line of text.split('\n')) if (line !== '') events.push(asObject(JSON.parse(line)))
  }
  return events.sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
}
