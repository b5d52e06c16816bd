/** How a body is to be read again. */
export interface BodyForm {
  /** `own`: JSON that the server itself has written. */
  readonly format: 'json' | 'msgpack' | 'own'
  readonly encoding: 'identity' | 'gzip' | 'zstd' | 'deflate' | 'br'
  readonly strict: boolean
}

/** Which numbers of a producer's events a batch accounts for. */
export interface ProducerSpan {
  /** Who numbers its events from 1, without gaps: see docs/FORMAT-spool.md. */
  readonly producer: string
  readonly first: number
  /** Included. */
  readonly last: number
}

/** One batch as the journal keeps it. */
export interface JournalBatch {
  /** Position in the order of all batches, from 1, without gaps. */
  readonly sequence: number
  readonly receivedMs: number
  readonly form: BodyForm
  /** The Idempotency-Key, or null. */
  readonly key: string | null
  /** Left out: nobody numbered its events. */
  readonly span?: ProducerSpan
  /** Bytes of the body once decompressed. */
  readonly decodedBytes: number
  readonly accepted: number
  readonly rejected: number
  readonly decoderVersion: number
  /** As received, still compressed. */
  readonly body: Uint8Array
}

export type AppendOutcome =
  { ok: true } | { ok: false; reason: 'disk-full' | 'io-error'; detail: string }

/** A frame or segment that could not be used at start; it was moved aside, never deleted. */
export interface AsideReport {
  readonly path: string
  readonly detail: string
}

export interface RecoverySink {
  /**
   * Called in sequence order, each awaited before the next (the ring may have to wait for the book). Gives
   * a reason when the batch does not replay as recorded: its frame is then set aside.
   */
  batch(batch: JournalBatch): Promise<string | null>
}

/** The durable, ordered record of acknowledged batches whose minute is not yet a page. */
export interface Journal extends AsyncDisposable {
  /**
   * Resolves once the batch is durable (written and synced) or has failed. Batches commit in the order
   * of the calls; when a group fails, every batch appended after it and not yet durable fails too.
   * All batches of one call order belong to non-decreasing minutes of `receivedMs`.
   */
  append(batch: JournalBatch): Promise<AppendOutcome>
  /** Deletes the segments of all minutes up to `minute`, whose pages are durable. */
  releaseThrough(minute: number): Promise<void>
  readonly stats: JournalStats
}

export interface JournalStats {
  readonly segments: number
  readonly bytes: number
  readonly groups: number
  readonly batches: number
  readonly failedGroups: number
}
