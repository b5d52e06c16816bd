import { pack } from 'msgpackr'
import { Poster } from '../../../src/client/direct/post.ts'
import { Forwarder, type ForwarderOptions } from '../../../src/client/forwarder/forwarder.ts'
import { reportSpool, type SpoolReport } from '../../../src/client/forwarder/spool-report.ts'
import { type ClientProblem, eventStart } from '../../../src/client/sink.ts'
import type { SpoolSink } from '../../../src/client/spool/spool-sink.ts'
import { openSink, type SpoolDirectory, spoolDirectory } from '../spool-directory.ts'

/** A spool, what writes to it, and what forwards it. */
export interface ForwardedSpool extends Disposable {
  readonly path: string
  readonly problems: ClientProblem[]
  /** Another producer. */
  open(producer: string, segmentBytesMax?: number): SpoolSink
  /** Runs a forwarder, a new one each time, until all that is there has been shipped. */
  forward(url: string, options?: Partial<ForwarderOptions>): Promise<Forwarder>
  /** Runs a forwarder until it is told to stop. */
  follow(url: string, options?: Partial<ForwarderOptions>): Following
  report(): SpoolReport
}

export interface Following {
  readonly forwarder: Forwarder
  stop(): Promise<void>
}

export function openForwardedSpool(): ForwardedSpool {
  const spool: SpoolDirectory = spoolDirectory()
  const problems: ClientProblem[] = []
  const start = (url: string, options: Partial<ForwarderOptions>, once: boolean) => {
    const stop = new AbortController()
    const address = new URL('/api/v1/eventlog', url)
    const poster = new Poster({
      url: address,
      auth: null,
      tls: {},
      timeoutMs: 5_000,
      connections: 4,
    })
    const forwarder = new Forwarder({
      directory: spool.path,
      post: (headers, body) => poster.post(headers, body),
      limits: { eventsMax: 10, bytesMax: 1024 * 1024 },
      lingerMs: 10,
      deniedWaitMs: 20,
      nowMs: Date.now,
      random: () => 0,
      onProblem: (problem) => problems.push(problem),
      ...options,
    })
    const ended = forwarder.run(stop.signal, once).finally(() => poster.close())
    return { forwarder, ended, stop }
  }
  return {
    path: spool.path,
    problems,
    open(producer, segmentBytesMax = 8 * 1024 * 1024) {
      return openSink(spool.path, { producer, segmentBytesMax }).sink
    },
    async forward(url, options = {}) {
      const { forwarder, ended } = start(url, options, true)
      await ended
      return forwarder
    },
    follow(url, options = {}) {
      const { forwarder, ended, stop } = start(url, options, false)
      return {
        forwarder,
        async stop() {
          stop.abort()
          await ended
        },
      }
    },
    report: () => reportSpool(spool.path),
    [Symbol.dispose]: () => spool[Symbol.dispose](),
  }
}

export interface Numbered {
  readonly n: number
  /** Left out: a good one. */
  readonly level?: string
  readonly filler?: string
}

/** Leaves an event that carries its number. */
export function leave(sink: SpoolSink, { n, level = 'info', filler = '' }: Numbered): void {
  const event = { facility: 'shop', level, event: 'order placed', additional: { n, filler } }
  leaveBytes(sink, pack(event))
}

export function leaveBytes(sink: SpoolSink, bytes: Uint8Array): void {
  const placed = Buffer.concat([Buffer.alloc(eventStart), bytes])
  sink.write(placed, placed.length, 6, Date.now())
}

export function leaveMany(sink: SpoolSink, first: number, last: number): void {
  for (let n = first; n <= last; n++) leave(sink, { n })
}
