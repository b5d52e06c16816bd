import type { Answer } from './load-connection.ts'
import { LoadConnection } from './load-connection.ts'
import type { BuiltRequest } from './load-bodies.ts'
import { buildRequests } from './load-bodies.ts'
import type { LoadMessage, LoadPlan, LoadResult } from './load-plan.ts'
import { Latencies } from './percentile.ts'

/*
 * The load process: started by load.ts with an IPC channel. It makes every request beforehand, says
 * `ready`, and on `go` sends them, one under way on each connection.
 */

/** How long to wait after a 503 or 429 before the same request goes again. */
const busyPauseMs = 50
/** How long requests under way at the end may still take. */
const drainLimitMs = 60_000

class Run {
  readonly #plan: LoadPlan
  readonly #requests: readonly BuiltRequest[]
  readonly #latencies = new Latencies()
  readonly #failed: Record<string, number> = {}
  readonly #done = Promise.withResolvers<void>()
  readonly #free: LoadConnection[]
  readonly #waiting: number[] = []
  #next = 0
  #underWay = 0
  #sentEvents = 0
  #ackedEvents = 0
  #ackedRequests = 0
  #bodyBytes = 0
  #busyAnswers = 0
  #lastMinute = ''
  #lastAnswer: Uint8Array | null = null
  #lastAckMs = 0
  #stopAtMs = Number.POSITIVE_INFINITY
  #scheduling = false

  constructor(
    plan: LoadPlan,
    requests: readonly BuiltRequest[],
    connections: readonly LoadConnection[],
  ) {
    this.#plan = plan
    this.#requests = requests
    this.#free = [...connections]
  }

  async run(): Promise<LoadResult> {
    const cpuBefore = process.cpuUsage()
    const startedMs = performance.now()
    if (this.#plan.seconds !== null) this.#stopAtMs = startedMs + this.#plan.seconds * 1000
    if (this.#plan.rate === null) this.#sendAll()
    else this.#schedule(this.#plan.rate)
    await this.#done.promise
    this.#noteMinute()
    const cpu = process.cpuUsage(cpuBefore)
    return {
      requests: this.#ackedRequests,
      events: this.#ackedEvents,
      bodyBytes: this.#bodyBytes,
      seconds: (this.#lastAckMs - startedMs) / 1000,
      ack: this.#latencies.summary(),
      busyAnswers: this.#busyAnswers,
      failed: this.#failed,
      lastMinute: this.#lastMinute,
      driverCpuSeconds: (cpu.user + cpu.system) / 1e6,
    }
  }

  #sendAll(): void {
    for (const connection of this.#free.splice(0)) this.#sendNext(connection)
  }

  /** Closed loop: the next request goes as soon as the one before it was answered. */
  #sendNext(connection: LoadConnection): void {
    if (!this.#mayGoOn()) {
      this.#free.push(connection)
      if (this.#underWay === 0) this.#done.resolve()
      return
    }
    const request = this.#take()
    this.#send(connection, request, performance.now())
  }

  /**
   * Open loop: a ticking thread says when each request is due, whatever the answers do. A request that
   * finds no free connection waits, and its wait counts.
   */
  #schedule(rate: number): void {
    this.#scheduling = true
    const ticks = Math.floor(rate * (this.#plan.seconds ?? 0))
    const ticker = new Worker(new URL('./load-ticker.ts', import.meta.url).href)
    ticker.onmessage = (event: MessageEvent<number>) => {
      if (event.data < 0) {
        this.#scheduling = false
        ticker.terminate()
        if (this.#underWay === 0) this.#done.resolve()
        else setTimeout(() => this.#done.resolve(), drainLimitMs)
        return
      }
      this.#underWay++
      // The one idle for longest, so that none is idle for so long that the server closes it.
      const connection = this.#free.shift()
      const dueMs = event.data - performance.timeOrigin
      if (connection === undefined) this.#waiting.push(dueMs)
      else this.#send(connection, this.#take(), dueMs)
    }
    ticker.postMessage({ intervalMs: 1000 / rate, ticks })
  }

  #mayGoOn(): boolean {
    const wanted = this.#plan.events ?? Number.POSITIVE_INFINITY
    return this.#sentEvents < wanted && performance.now() < this.#stopAtMs
  }

  #take(): BuiltRequest {
    const request = this.#requests[this.#next++ % this.#requests.length]
    if (request === undefined) throw new RangeError('there is nothing to send')
    this.#sentEvents += request.events
    if (this.#plan.rate === null) this.#underWay++
    return request
  }

  #send(connection: LoadConnection, request: BuiltRequest, fromMs: number): void {
    connection.send(request.bytes, (answer) => this.#answered(connection, request, fromMs, answer))
  }

  #answered(
    connection: LoadConnection,
    request: BuiltRequest,
    fromMs: number,
    answer: Answer,
  ): void {
    if (answer.status === 503 || answer.status === 429) {
      this.#busyAnswers++
      setTimeout(() => this.#send(connection, request, fromMs), busyPauseMs)
      return
    }
    this.#underWay--
    this.#lastAckMs = performance.now()
    this.#latencies.add(this.#lastAckMs - fromMs)
    if (answer.status === 202) {
      this.#ackedRequests++
      this.#ackedEvents += request.events
      this.#bodyBytes += request.bodyBytes
      if ((this.#ackedRequests & 255) === 0 || request.events > 1 || this.#underWay < 64) {
        this.#lastAnswer = answer.body.slice()
        if (request.events > 1) this.#noteMinute()
      }
    } else {
      this.#fail(answer)
      if (answer.status === 0) return
    }
    this.#release(connection)
  }

  /** A closed connection carries nothing more; the run ends when the others have. */
  #fail(answer: Answer): void {
    const key = String(answer.status)
    if (this.#failed[key] === undefined) {
      process.stderr.write(`answer ${key}: ${Buffer.from(answer.body).toString().slice(0, 500)}\n`)
    }
    this.#failed[key] = (this.#failed[key] ?? 0) + 1
    if (answer.status === 0 && this.#underWay === 0 && !this.#scheduling) this.#done.resolve()
  }

  #release(connection: LoadConnection): void {
    if (this.#plan.rate === null) {
      this.#sendNext(connection)
      return
    }
    const dueMs = this.#waiting.shift()
    if (dueMs !== undefined) this.#send(connection, this.#take(), dueMs)
    else {
      this.#free.push(connection)
      if (this.#underWay === 0 && !this.#scheduling) this.#done.resolve()
    }
  }

  #noteMinute(): void {
    if (this.#lastAnswer === null) return
    const text = Buffer.from(this.#lastAnswer).toString()
    const minute = /"minute"\s*:\s*"([^"]+)"/.exec(text)?.[1] ?? ''
    if (minute > this.#lastMinute) this.#lastMinute = minute
  }
}

function say(message: LoadMessage): void {
  process.send?.(message)
}

let prepared: Run | null = null

process.on('message', (message: LoadMessage) => {
  if (message.kind === 'plan') void prepare(message.plan)
  if (message.kind === 'go') void go()
})

async function prepare(plan: LoadPlan): Promise<void> {
  const requests = buildRequests(plan)
  const opening = Array.from({ length: plan.connections }, () =>
    LoadConnection.open(plan.port, plan.tls === true),
  )
  prepared = new Run(plan, requests, await Promise.all(opening))
  say({ kind: 'ready' })
}

async function go(): Promise<void> {
  if (prepared === null) throw new Error('go before plan')
  say({ kind: 'result', result: await prepared.run() })
}
