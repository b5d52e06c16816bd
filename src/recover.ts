import type { Logger } from 'pino'
import { join } from 'node:path'
import type { ClosedMinute } from './book/contract.ts'
import { bodyHash } from './book/key-store.ts'
import type { WorkerWriter } from './book/worker-writer.ts'
import type { Config } from './config.ts'
import { decompress, makeDecoder } from './decode/body.ts'
import type { DecodeLimits } from './decode/contract.ts'
import { Closer } from './ingest/closer.ts'
import type { IngestOptions } from './ingest/ingest.ts'
import { Keys } from './ingest/keys.ts'
import { keepLimitsHistory, readLimitsHistory } from './ingest/limits-history.ts'
import { Producers } from './ingest/producers.ts'
import { Replay } from './ingest/replay.ts'
import type { BodyForm } from './journal/contract.ts'
import { openJournal } from './journal/open-journal.ts'
import type { SegmentJournal } from './journal/segment-journal.ts'
import { Ring } from './ring/ring.ts'
import { ServerClock, type TimeSource } from './ring/server-clock.ts'
import { checkClock, orNewerFormat } from './start.ts'

export interface RecoverOptions {
  readonly config: Config
  readonly time: TimeSource
  readonly log: Logger
  readonly book: WorkerWriter
  readonly onCommit: (ms: number) => void
  readonly onAside: () => void
  readonly onLost: (error: unknown) => void
  readonly onClosed: (closed: ClosedMinute) => void
}

/** What the server works with once the journal has been read. */
export interface Recovered {
  readonly ring: Ring
  readonly keys: Keys
  readonly producers: Producers
  readonly journal: SegmentJournal
  readonly clock: ServerClock
  readonly closer: Closer
  /** What taking batches in and replaying them have in common. */
  readonly shared: Pick<
    IngestOptions,
    'ring' | 'keys' | 'producers' | 'limits' | 'makeDecoder' | 'decompress' | 'bodyHash'
  >
  readonly lastSequence: number
  /** Limits with which batches of the journal may have been taken in. */
  readonly earlierLimits: readonly DecodeLimits[]
}

/** Brings the ring to where it was: every acknowledged batch whose minute is not a page yet. */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { config, time, log, book } = options
  const ring = makeRing(config, book)
  ring.onLost = options.onLost
  const keys = new Keys((key) => book.keys.lookup(key))
  const producers = new Producers(book.producers, time.wallMs)
  const shared = {
    ring,
    keys,
    producers,
    limits: { ...config, roomWaitMaxMs: config.ringWaitMs },
    makeDecoder,
    decompress,
    bodyHash: hashOf,
  }
  const onClosed = options.onClosed
  const kept = { ring, keys, producers, book, onClosed }
  const journalDirectory = join(config.data, 'journal')
  const earlierLimits = readLimitsHistory(journalDirectory)
  const early = new Closer({ ...kept, journal: null, nowMs: time.wallMs })
  const replay = new Replay({
    ...shared,
    earlierLimits,
    minuteBegins: (minute) => early.closeSlotsBefore(minute),
  })
  const { journal } = await orNewerFormat(
    openJournal({
      directory: journalDirectory,
      closedThrough: book.state.closedThrough,
      sink: replay,
      onAside: ({ path, detail }) => {
        options.onAside()
        log.error({ path }, `the journal has set something aside: ${detail}`)
      },
      onCommit: options.onCommit,
    }),
  )
  try {
    // Batches that are left were taken in with the limits of then.
    keepLimitsHistory(journalDirectory, config, replay.batches > 0 ? earlierLimits : [])
  } catch (err) {
    // A full disk must not keep pages from being read; that it takes no batches is told elsewhere.
    log.warn({ err }, 'the limits could not be written beside the journal')
  }
  const { batches, events } = replay
  if (batches > 0) log.info({ batches, events }, 'the journal has been replayed')

  const closedEndMs = ((book.state.closedThrough ?? -1) + 1) * 60_000
  const floorMs = Math.max(closedEndMs, replay.lastReceivedMs)
  checkClock(floorMs, time, config.acceptClock)
  const clock = new ServerClock(time, floorMs)
  clock.onStep = ({ byMs }) => log.warn({ byMs }, 'the wall clock has stepped')
  const nowMs = (): number => clock.now()
  const closer = new Closer({ ...kept, journal, nowMs })
  const lastSequence = Math.max(replay.lastSequence, book.state.lastSequence)
  return { ring, keys, producers, journal, clock, closer, shared, lastSequence, earlierLimits }
}

function makeRing(config: Config, book: WorkerWriter): Ring {
  return new Ring({
    slotsMax: config.ringSlots,
    bytesMax: config.ringBytes,
    blockLimits: {
      columnsMax: config.blockColumnsMax,
      pathsMax: config.blockColumnsMax * 2,
      bytesMax: config.blockBytes,
    },
    putBlock: (minute, part, block) => book.putBlock(minute, part, block),
  })
}

const hashOf = (body: Uint8Array, form: BodyForm): string =>
  bodyHash(body, `${form.format}-${form.encoding}-${form.strict ? 'strict' : 'lenient'}`)
