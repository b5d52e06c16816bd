import type { EventPlace } from '../event/event-id.ts'
import type { BlockEntry, Summary, Tally } from '../page/contract.ts'
import type { SealedBlock } from '../ring/block-builder.ts'
import type { CatalogueEntry } from './catalogue-entry.ts'
import type { CatalogueAbout } from './catalogue-store.ts'
import type { ProducerAccount } from './producer-account.ts'

/** All minutes are whole minutes since the epoch. */
export interface BookState {
  /** The first minute the server was up for: before it there is nothing, 404. Null: a new book. */
  readonly firstMinute: number | null
  /** Every minute up to this one is final. Null: none yet. */
  readonly closedThrough: number | null
  /** Pages before this minute have been dropped: 410. */
  readonly droppedBefore: number | null
  /** How often a day has been redacted: whatever was read before another number may have changed. */
  readonly redactions: number
  readonly lastSequence: number
  /** Link of the newest page, 32 bytes. */
  readonly chainHead: Uint8Array
}

/** What a batch was answered with; given again when the same key comes again. */
export interface KeyedAnswer {
  readonly key: string
  /** xxHash3-64 and length of the body as received, with its form: see book/key-store.ts. */
  readonly bodyHash: string
  readonly receivedMs: number
  /** The answer's JSON text without `duplicate`. */
  readonly answer: string
}

export interface ClosedMinute {
  readonly minute: number
  /** Null when the minute had no events. */
  readonly summary: Summary | null
  readonly tookMs: number
}

/**
 * The writing side: blocks of open minutes in, pages out. Implemented by a worker thread that owns the
 * LMDB write handles; every call resolves when its effect is durable. A full disk is retried by the
 * implementation and reported through `onTrouble`; the caller sees only delay.
 */
export interface BookWriter extends AsyncDisposable {
  readonly state: BookState
  /** Encodes and stores a block of an open minute. The arrays come back for reuse when it is durable. */
  putBlock(minute: number, part: number, block: SealedBlock): Promise<SealedBlock>
  /** Makes the page of `minute` visible and final, all minutes before it included. */
  close(request: CloseRequest): Promise<ClosedMinute>
  /** Drops pages before `minute` (exclusive); with dryRun only says what would go. */
  /** `atMs`: server time, as the chain of drops records it; without it the machine's. */
  drop(beforeMinute: number, dryRun: boolean, why: string, atMs?: number): Promise<DropReport>
  /**
   * Removes events from closed pages, each day at once; with dryRun only counts them. Goes on beside all else. Rejects with
   * DiskTrouble when there is no room: the day it came to is then as it was.
   */
  redact(request: RedactRequest): Promise<RedactReport>
  stats(): Promise<BookStats>
}

export interface CloseRequest {
  readonly minute: number
  /** Where a book begins that has closed no minute yet; left out: with this one. */
  readonly firstMinute?: number
  readonly partCount: number
  /** The keyed batches of the minute. */
  readonly answers: readonly KeyedAnswer[]
  /** Accounts that the minute's batches have changed. */
  readonly producers?: readonly ProducerAccount[]
  readonly lastSequence: number
  readonly closedAtMs: number
}

export interface DropReport {
  readonly beforeMinute: number
  readonly minutes: number
  readonly events: number
  readonly bytes: number
  readonly days: readonly string[]
}

/** Which events go: those of any of the facilities that are of any of the levels, on pages before `beforeMinute`. */
export interface RedactRule {
  /** Minutes from this one on stay; those that have not closed stay anyway. */
  readonly beforeMinute: number
  /** Names or patterns (facility-pattern.ts); null: any. */
  readonly facilities: readonly string[] | null
  /** Numbers; null: any. */
  readonly levels: readonly number[] | null
}

export interface RedactRequest {
  /** Of several an event that any of them means goes; a day is built anew once for all of them. */
  readonly rules: readonly RedactRule[]
  readonly dryRun: boolean
  readonly why: string
  /** Who wanted it. */
  readonly by: string
  /** Server time, as the chain of redactions records it. */
  readonly atMs: number
  /** Days that are built anew at most, the oldest first; left out: all. */
  readonly daysMax?: number
  /** Free space that is left to others, in bytes. */
  readonly keepFreeBytes?: number
}

export interface RedactReport {
  /** The newest minute that was closed when it began: later ones are as they were. Null: none. */
  readonly closedThrough: number | null
  /** Pages that lose events. */
  readonly pages: number
  readonly events: number
  /** By which pages shrink; of a dry run 0, as only encoding them anew tells. */
  readonly bytes: number
  readonly days: readonly string[]
  /** Pages that could not be read, and were left as they are. */
  readonly damagedPages: number
}

export interface BookStats {
  readonly pages: number
  readonly events: number
  readonly bytesOnDisk: number
  readonly oldestMinute: number | null
  readonly newestMinute: number | null
}

/** Which bytes of a block are wanted. */
export interface BlockRange {
  readonly at: number
  readonly bytes: number
  /** Whether the block has been compared with its digest before. */
  readonly isChecked: boolean
}

/** Bytes of a block that lie together. */
export interface BlockRun {
  /** Where in the block they begin. */
  readonly at: number
  readonly bytes: Uint8Array
}

/** The reading side: one per reading thread. Sees only minutes up to `closedThrough`. */
export interface BookReader extends Disposable {
  state(): BookState
  summary(minute: number): Summary | null
  tally(minute: number): Tally | null
  /** Summaries of minutes with events in [from, through], ascending or descending, at most `limit`. */
  summaries(range: MinuteRange): Iterable<Summary>
  /** The page's directory bytes, or null. Throws DamagedPage. */
  directory(minute: number): Uint8Array | null
  /**
   * A block's bytes: a view, valid until the next call of any reader method. They are compared with their digest. With
   * the SHA-256 that a directory gave: that very block, although a redaction has replaced it since, for a minute. Throws
   * DamagedPage.
   */
  block(minute: number, part: number, sha256?: Uint8Array): Uint8Array
  /**
   * Some bytes of the block that a directory has told of: at least those, and no more of the others than must be read
   * with them. A view as of `block`; it is compared with a checksum of its own or with the digest. Throws DamagedPage.
   */
  blockRun(minute: number, entry: BlockEntry, range: BlockRange): BlockRun
  /** The minute of the page with that digest. */
  minuteOfDigest(digest: Uint8Array): number | null
  /** Whether a redaction has taken an event: to be asked about one that its page does not hold. Throws DamagedPage. */
  wasRedacted(place: EventPlace): boolean
  rollup(unit: 'hour' | 'day', start: number): Tally | null
  /** Every pair of facility and event that was ever counted; null: there is none that can be read. */
  catalogue(): CatalogueView | null
}

/** The catalogue as it has been written: pages after `about.appliedThrough` are not in it yet. */
export interface CatalogueView {
  /** Another number: another catalogue, made again from the pages. */
  readonly generation: number
  readonly about: CatalogueAbout
  /** All of them as `about` says, when asked in the same turn of the event loop; null: damaged. 2 µs an entry. */
  entries(): CatalogueEntry[] | null
}

export interface MinuteRange {
  readonly from: number
  readonly through: number
  readonly limit: number
  readonly order: 'asc' | 'desc'
}

/** A page value that is not what its digest says. It is reported and never stops the others. */
export class DamagedPage extends Error {
  readonly minute: number
  constructor(minute: number, detail: string) {
    super(detail)
    this.name = 'DamagedPage'
    this.minute = minute
  }
}
