import type { Logger } from 'pino'
import { bookAccess } from './book-access.ts'
import type { ClosedMinute } from './book/contract.ts'
import type { WorkerWriter } from './book/worker-writer.ts'
import type { Config } from './config.ts'
import { addFirstAdmin, type FirstAdmin } from './first-admin.ts'
import { openFront } from './front.ts'
import { Metrics } from './http/ops/metrics.ts'
import { minuteOf } from './ingest/batch-decoder.ts'
import { ClosedMinutes } from './ingest/closed-minutes.ts'
import { DiskWatch } from './ingest/disk-watch.ts'
import { IngestPipeline } from './ingest/ingest.ts'
import { MinuteTimer } from './ingest/minute-timer.ts'
import { makePageService } from './query/page-service.ts'
import { makeQueryService } from './query/query-service.ts'
import type { QueryService } from './query/contract.ts'
import type { Outcome } from './query/work/query-end.ts'
import { TailService } from './query/tail/tail-service.ts'
import { recover, type Recovered } from './recover.ts'
import { limitsOf, makeRetention } from './retention.ts'
import type { TimeSource } from './ring/server-clock.ts'
import { checkAddress, openBook, prepareData } from './start.ts'

export interface ServerOptions {
  readonly config: Config
  readonly time: TimeSource
  readonly log: Logger
  readonly version: string
  /** Added where there is no credential yet. */
  readonly firstAdmin?: FirstAdmin | null
  /** The query threads' script; tests give others. */
  readonly queryScript?: URL
}

export interface MinutebookServer extends AsyncDisposable {
  readonly url: string
  /** Resolves when the server had to give up; it has said why. */
  readonly failed: Promise<void>
  /** Closes the minutes that are over, as the timer does. */
  closeDue(): Promise<void>
  /** Applies the configured retention, as every closing does. */
  retain(): Promise<void>
  /** Answers what is under way, closes nothing early, lets go of everything. Idempotent. */
  stop(): Promise<void>
}

/** What is known only later, and what everybody reports to. */
class Status {
  readonly #log: Logger
  readonly #giveUp = Promise.withResolvers<void>()
  trouble: 'disk-full' | 'io-error' | null = null
  setAside = 0
  isStopping = false
  metrics: Metrics | null = null
  tails: TailService | null = null

  constructor(log: Logger) {
    this.#log = log
  }

  get failed(): Promise<void> {
    return this.#giveUp.promise
  }

  readonly fail = (error: unknown): void => {
    // What still waits for the book is turned away as it is closed; the journal has it.
    if (this.isStopping) return
    const message = 'the server must stop; what was acknowledged is in the journal'
    this.#log.fatal({ err: error }, message)
    this.#giveUp.resolve()
  }

  readonly onCommit = (ms: number): void => this.metrics?.commit(ms)

  readonly onAside = (): void => {
    this.setAside++
  }

  /** What recovery and the journal report to. */
  readonly recovery = { onCommit: this.onCommit, onAside: this.onAside, onLost: this.fail }

  readonly onQueryEnd = (job: string, outcome: Outcome, tookMs: number): void =>
    this.metrics?.queries.ended(job, outcome, tookMs)

  onClosed({ minute, tookMs }: ClosedMinute): void {
    this.tails?.closed(minute)
    if (this.metrics === null) return
    this.metrics.closedMinutes++
    this.metrics.lastCloseMs = tookMs
  }

  onAccepted(events: number, decodedBytes: number): void {
    if (this.metrics === null) return
    this.metrics.batches++
    this.metrics.events += events
    this.metrics.decodedBytes += decodedBytes
  }

  readonly onTrouble = (now: { kind: 'disk-full' | 'io-error'; detail: string } | null): void => {
    this.trouble = now?.kind ?? null
    if (now === null) this.#log.info('the book can be written again')
    else this.#log.error({ reason: now.kind }, `the book cannot be written: ${now.detail}`)
  }
}

/** How long a start waits for the minutes that ended while the server was down. */
const startCloseMaxMs = 2_000

/** Config → open → recover → serve → drain → close. Rejects with StartError, and holds nothing then. */
export async function startServer(options: ServerOptions): Promise<MinutebookServer> {
  const { config, log, time, firstAdmin = null } = options
  const { diskReserveBytes } = config
  checkAddress(config, firstAdmin !== null)
  // Let go of in the opposite order, when the server stops or when it cannot start.
  await using opened = new AsyncDisposableStack()
  const lock = prepareData(config.data)
  opened.defer(() => lock.release())
  const admin = firstAdmin && (await addFirstAdmin(config.data, firstAdmin, time.wallMs()))
  const status = new Status(log)
  const closed = new ClosedMinutes(() => book.state.closedThrough)
  const { fail: onDeath, onTrouble } = status
  const book: WorkerWriter = await openBook(config, log, { onDeath, onTrouble })
  opened.use(book)
  const onClosed = (minute: ClosedMinute): void => {
    status.onClosed(minute)
    closed.closed()
  }
  const recovered = await recover({ config, time, log, book, ...status.recovery, onClosed })
  const { clock, closer, journal, producers } = recovered
  const nowMs = (): number => clock.now()
  const pages = opened.use(makePageService({ dataDirectory: config.data }))
  const queries = opened.use(makeQueries(options, status))
  opened.use(journal)
  const disk = new DiskWatch(config.data, diskReserveBytes)
  opened.defer(() => disk.stop())
  await disk.start()
  const tails = opened.use(makeTails({ config, log, recovered, book }))
  status.tails = tails
  const ingest = makeIngest(recovered, status, disk, tails)
  const metrics = makeMetrics({ recovered, disk, ingest, book, status, queries, tails })
  const { run: retain, begin, outlook } = makeRetention({ config, log, book, metrics, nowMs })
  // A full disk must not keep readers out: the closing goes on as soon as there is space.
  closer.closeDue().catch(status.fail)
  await closer.idle(startCloseMaxMs)
  const dependencies = {
    ingest,
    pages,
    queries,
    tails,
    metrics,
    book: bookAccess({ book, closed, nowMs, producers, diskReserveBytes, retention: outlook }),
    unready: () => reasonsAgainst(status, disk, recovered),
    retention: limitsOf(config),
    version: options.version,
  }
  const http = opened.use(await openFront({ config, log, nowMs, dependencies, admin }))
  const timer = new MinuteTimer({
    nowMs,
    isDue: () => (book.state.closedThrough ?? -1) < minuteOf(nowMs()) - 1,
    close: () => closer.closeDue().then(begin).then(http.flush),
    onError: status.fail,
  })
  timer.start()
  const held = opened.move()
  const stop = once(async () => {
    timer.stop()
    await http.stop(config.stopTimeoutMs)
    await ingest.stop()
    status.isStopping = true
    // A closing that waits for a disk would wait for ever.
    await closer.idle(status.trouble === null ? config.stopTimeoutMs : 0)
    await held.disposeAsync()
  })
  const closeDue = (): Promise<void> => http.flush().then(() => closer.closeDue())
  const { url } = http
  return { url, failed: status.failed, closeDue, retain, stop, [Symbol.asyncDispose]: stop }
}

function makeQueries({ config, log, queryScript }: ServerOptions, status: Status): QueryService {
  return makeQueryService({
    ...(queryScript === undefined ? {} : { script: queryScript }),
    dataDirectory: config.data,
    limits: {
      threads: config.queryThreads,
      concurrency: config.queryConcurrency,
      queue: config.queryQueue,
      timeMs: config.queryTimeMs,
      bytes: config.queryBytes,
      groups: config.queryGroups,
      memoryBytes: config.queryMemoryBytes,
      cacheBytes: config.queryCacheBytes,
    },
    onEnd: status.onQueryEnd,
    onDeath: (error) => log.error({ err: error }, 'a query thread has stopped'),
  })
}

interface Tailed {
  readonly config: Config
  readonly log: Logger
  readonly recovered: Recovered
  readonly book: WorkerWriter
}

function makeTails({ config, log, recovered, book }: Tailed): TailService {
  return new TailService({
    data: {
      dataDirectory: config.data,
      limits: recovered.shared.limits,
      earlierLimits: recovered.earlierLimits,
      blockColumnsMax: config.blockColumnsMax,
    },
    tailsMax: config.tailsMax,
    cut: () => {
      return { closedThrough: book.state.closedThrough, minutes: recovered.ring.openMinutes() }
    },
    onDeath: (error) => log.error({ err: error }, 'the thread of the tails has stopped'),
  })
}

function makeIngest(
  recovered: Recovered,
  status: Status,
  disk: DiskWatch,
  tails: TailService,
): IngestPipeline {
  const { shared, journal, clock, lastSequence } = recovered
  return new IngestPipeline({
    ...shared,
    journal,
    nowMs: () => clock.now(),
    trouble: () => (disk.isFull ? 'disk-full' : status.trouble),
    lastSequence,
    tap: tails,
    observe: {
      accepted: (events, bytes) => status.onAccepted(events, bytes),
      refused: (listed) => status.metrics?.refused(listed),
    },
  })
}

interface Observed {
  readonly recovered: Recovered
  readonly disk: DiskWatch
  readonly ingest: IngestPipeline
  readonly book: WorkerWriter
  readonly status: Status
  readonly queries: QueryService
  readonly tails: TailService
}

function makeMetrics(observed: Observed): Metrics {
  const { recovered, disk, ingest, book, status, queries, tails } = observed
  const { ring, journal, clock } = recovered
  const metrics = new Metrics({
    openEvents: () => ring.openMinutes().reduce((sum, { eventCount }) => sum + eventCount, 0),
    ringBytes: () => ring.bytes,
    ringSlots: () => ring.slots,
    ringBlocks: () => ring.blocksInUse,
    bodyBytes: () => ingest.bodies.held,
    journalSegments: () => journal.stats.segments,
    journalBytes: () => journal.stats.bytes,
    journalFailedGroups: () => journal.stats.failedGroups,
    diskFreeBytes: () => disk.freeBytes,
    clockSteps: () => clock.steps,
    clockAheadMs: () => clock.aheadMs,
    closedThrough: () => book.state.closedThrough,
    tails: () => tails.count,
    tailMissedEvents: () => tails.missedEvents,
    pages: () => book.stats(),
    queries: () => queries.state(),
    producers: () => recovered.producers.totals(),
  })
  metrics.setAside = status.setAside + book.aside.length
  status.metrics = metrics
  return metrics
}

function reasonsAgainst(status: Status, disk: DiskWatch, { ring }: Recovered): string[] {
  const reasons: string[] = []
  if (disk.isFull) reasons.push('disk-full')
  if (status.trouble !== null && !reasons.includes(status.trouble)) reasons.push(status.trouble)
  if (!ring.hasRoom()) reasons.push('ring-full')
  return reasons
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  return () => (running ??= action())
}
