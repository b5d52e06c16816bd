import type { Refusal, Unreadable } from '../decode/contract.ts'
import type { SequenceRange } from '../book/producer-account.ts'
import type { BodyForm, ProducerSpan } from '../journal/contract.ts'
import type { RowPlace } from '../ring/ring-batch.ts'

/** One POST, its body read completely, still compressed. */
export interface IngestRequest {
  readonly body: Uint8Array
  readonly form: BodyForm
  readonly key: string | null
  /** The producer's numbers that the batch accounts for; left out: it says none. */
  readonly span?: ProducerSpan
  /** Whether its sender may write events of a facility; left out: of all. */
  readonly mayWrite?: (facility: string) => boolean
}

export type IngestOutcome =
  /** `answer` is the JSON text of the 202, `page` the path of its page. */
  | { readonly kind: 'accepted'; readonly answer: string; readonly page: string }
  | { readonly kind: 'unreadable'; readonly at: Unreadable }
  /** No event was acceptable, or handling=strict and one was not. */
  | {
      readonly kind: 'refused'
      readonly rejectedCount: number
      readonly rejected: readonly Refusal[]
    }
  | { readonly kind: 'too-many-events' }
  /** The decompressed body passes the limit. */
  | { readonly kind: 'too-large' }
  /** The body is not valid in its Content-Encoding. */
  | { readonly kind: 'bad-encoding'; readonly detail: string }
  /** A part of the batch's numbers has come before; `wanted` are those that have not. */
  | { readonly kind: 'sequence-overlap'; readonly wanted: readonly SequenceRange[] }
  /** The batch holds more events than it has numbers. */
  | { readonly kind: 'sequence-mismatch'; readonly events: number }
  /** The sender may not write events of that facility; nothing of the batch was kept. */
  | { readonly kind: 'foreign-facility'; readonly facility: string }
  /** The key was used for another body. */
  | { readonly kind: 'key-conflict' }
  | {
      readonly kind: 'unavailable'
      readonly reason: 'ring-full' | 'disk-full' | 'io-error' | 'stopping'
      readonly retryAfterS: number
    }

/** A batch that is durable, and where its events stand. */
export interface CommittedBatch {
  readonly minute: number
  readonly receivedMs: number
  readonly format: BodyForm['format']
  /** The body, decompressed. It is lent: whoever keeps it copies it. */
  readonly src: Uint8Array
  readonly accepted: number
  readonly places: readonly RowPlace[]
}

/** Who listens to batches as they become durable: the live tail. */
export interface CommitTap {
  /** False: nobody listens, and a batch costs nothing more than this look. */
  readonly isOpen: boolean
  /** In the order in which batches were sequenced, which is that of event ids. */
  committed(batch: CommittedBatch): void
}

export interface Ingest {
  accept(request: IngestRequest): Promise<IngestOutcome>
  /** Bytes of request bodies in memory over all requests; false when the bound would be passed. */
  reserve(bytes: number): boolean
  release(bytes: number): void
}
