import type { Logger } from 'pino'
import { bodyHash } from './book/key-store.ts'
import { planRetention } from './book/retention.ts'
import type { WorkerWriter } from './book/worker-writer.ts'
import type { ClosedMinute } from './book/contract.ts'
import type { Config } from './config.ts'
import { decompress, makeDecoder } from './decode/body.ts'
import type { AppDependencies } from './http/dependencies.ts'
import { Metrics } from './http/ops/metrics.ts'
import { serveHttp } from './http/serve.ts'
import { minuteOf } from './ingest/batch-decoder.ts'
import { ClosedMinutes } from './ingest/closed-minutes.ts'
import { Closer } from './ingest/closer.ts'
import { DiskWatch } from './ingest/disk-watch.ts'
import { IngestPipeline } from './ingest/ingest.ts'
import { Keys } from './ingest/keys.ts'
import { MinuteTimer } from './ingest/minute-timer.ts'
import { Replay } from './ingest/replay.ts'
import type { BodyForm } from './journal/contract.ts'
import { openJournal } from './journal/open-journal.ts'
import { makePageService } from './query/page-service.ts'
import { Ring } from './ring/ring.ts'
import { ServerClock, type TimeSource } from './ring/server-clock.ts'
import { checkClock, openBook, prepareData } from './start.ts'

export interface ServerOptions {
  readonly config: Config
  readonly time: TimeSource
  readonly log: Logger
  readonly version: string
}

export interface MinutebookServer extends AsyncDisposable {
  readonly url: string
  /** Resolves when the server had to give up; it has said why. */
  readonly failed: Promise<void>
  /** Looks whether minutes are over, as the timer does every second. */
  closeDue(): Promise<void>
  /** Applies the configured retention, as every closing does. */
  retain(): Promise<void>
  stop(): Promise<void>
}

/** Config → open → recover → serve → drain → close. Rejects with StartError. */
export async function startServer(options: ServerOptions): Promise<MinutebookServer> {
  const { config, time, log } = options
  const lock = prepareData(config.data)
  const { promise: failed, resolve: giveUp } = Promise.withResolvers<void>()
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'the server must stop; the journal has all that was acknowledged')
    giveUp()
  }
  let trouble: 'disk-full' | 'io-error' | null = null
  const book: WorkerWriter = await openBook(config, log, {
    onDeath: fail,
    onTrouble: (now) => {
      trouble = now?.kind ?? null
      if (now === null) log.info('the book can be written again')
      else log.error({ reason: now.kind }, `the book cannot be written: ${now.detail}`)
    },
  })
  const ring = new Ring({
    slotsMax: config.ringSlots,
    bytesMax: config.ringBytes,
    blockLimits: {
      columnsMax: config.blockColumnsMax,
      pathsMax: config.blockColumnsMax * 2,
      bytesMax: config.blockBytes,
    },
    putBlock: (minute, part, block) => book.putBlock(minute, part, block),
  })
  ring.onLost = fail
  const keys = new Keys((key) => book.keys.lookup(key))
  const shared = {
    ring,
    keys,
    limits: { ...config, roomWaitMaxMs: config.ringWaitMs },
    makeDecoder,
    decompress,
    bodyHash: hashBody,
  }
  const replayCloser = new Closer({
    ring,
    keys,
    book,
    journal: null,
    nowMs: time.wallMs,
    onClosed: () => {},
  })
  const replay = new Replay({
    ...shared,
    minuteBegins: (minute) => replayCloser.closeSlotsBefore(minute),
  })
  let metrics: Metrics | null = null
  const { journal } = await openJournal({
    directory: `${config.data}/journal`,
    closedThrough: book.state.closedThrough,
    sink: replay,
    onAside: ({ path, detail }) =>
      log.error({ path }, `the journal set something aside: ${detail}`),
    onCommit: (ms) => metrics?.commit(ms),
  })
  if (replay.batches > 0) {
    log.info({ batches: replay.batches, events: replay.events }, 'replayed the journal')
  }

  const floorMs = Math.max(((book.state.closedThrough ?? -1) + 1) * 60_000, replay.lastReceivedMs)
  checkClock(floorMs, time, config.acceptClock)
  const clock = new ServerClock(time, floorMs)
  clock.onStep = ({ byMs }) => log.warn({ byMs }, 'the wall clock has stepped')
  const nowMs = (): number => clock.now()
  const disk = new DiskWatch(config.data, config.diskReserveBytes)
  await disk.start()

  const ingest = new IngestPipeline({
    ...shared,
    journal,
    nowMs,
    trouble: () => (disk.isFull ? 'disk-full' : trouble),
    lastSequence: Math.max(replay.lastSequence, book.state.lastSequence),
    observe: {
      accepted(events, bytes) {
        if (metrics === null) return
        metrics.batches++
        metrics.events += events
        metrics.decodedBytes += bytes
      },
      refused: (listed) => metrics?.refused(listed),
    },
  })
  const closedMinutes = new ClosedMinutes(() => book.state.closedThrough)
  const onClosed = (closed: ClosedMinute): void => {
    if (metrics !== null) {
      metrics.closedMinutes++
      metrics.lastCloseMs = closed.tookMs
    }
    closedMinutes.closed()
    log.debug({ minute: closed.minute, events: closed.summary?.eventCount ?? 0 }, 'a minute closed')
  }
  const closer = new Closer({ ring, keys, book, journal, nowMs, onClosed })
  const retain = async (): Promise<void> => {
    const before = planRetention(
      await book.retentionFacts(),
      {
        maxAgeMs: config.retainDays === 0 ? null : config.retainDays * 86_400_000,
        maxBytes: config.retainBytes === 0 ? null : config.retainBytes,
      },
      nowMs(),
    )
    if (before === null) return
    const report = await book.drop(before, false, 'retention')
    if (metrics !== null) metrics.droppedPages += report.minutes
    log.info({ ...report }, 'retention dropped pages')
  }
  metrics = new Metrics({
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
    pages: () => book.stats(),
  })
  const pages = makePageService({ dataDirectory: config.data })
  const dependencies: AppDependencies = {
    ingest,
    pages,
    book: {
      state: () => book.state,
      waitForClose: (after, ms, signal) => closedMinutes.wait(after, ms, signal),
      drop: (before, dryRun, why) => book.drop(before, dryRun, why),
      stats: () => book.stats(),
    },
    metrics,
    unready: () => [
      ...(disk.isFull ? ['disk-full'] : []),
      ...(trouble === null ? [] : [trouble]),
      ...(ring.hasRoom() ? [] : ['ring-full']),
    ],
    nowMs,
    batchBytesMax: config.batchBytesMax,
    loopbackOnly: !config.insecure,
    version: options.version,
    log,
  }
  const closeAndRetain = async (): Promise<void> => {
    await closer.closeDue()
    await retain()
  }
  await closer.closeDue()
  const http = serveHttp(dependencies, config)
  const isDue = (): boolean => (book.state.closedThrough ?? -1) < minuteOf(nowMs()) - 1
  const timer = new MinuteTimer({ nowMs, isDue, close: closeAndRetain, onError: fail })
  timer.start()

  const stop = async (): Promise<void> => {
    timer.stop()
    await http.stop(config.stopTimeoutMs)
    await ingest.stop()
    await closer.idle()
    disk.stop()
    await journal[Symbol.asyncDispose]()
    await pages[Symbol.asyncDispose]()
    await book[Symbol.asyncDispose]()
    lock.release()
  }
  return {
    url: http.url,
    failed,
    closeDue: () => closer.closeDue(),
    retain,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

function hashBody(body: Uint8Array, form: BodyForm): string {
  return bodyHash(body, `${form.format}-${form.encoding}-${form.strict ? 's' : 'l'}`)
}
