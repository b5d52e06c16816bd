import type { DecodeLimits } from '../../decode/contract.ts'
import type { CommittedBatch } from '../../ingest/contract.ts'
import type { Cut, TailRequest } from './contract.ts'

/*
 * What the main thread and the tail's thread say to each other. Messages arrive in the order in which they
 * were sent, and that is what the seams rest on: what a `cut` does not count comes as a batch after it.
 */

/** Bytes of batches on their way to the thread; beyond, batches are only counted. */
export const handedBytesMax = 16 * 1024 * 1024

/** How long batches wait for others to be handed over with them, and bytes at which they do not. */
export const gatherMs = 20
export const gatherBytes = 64 * 1024

/** Chunks of one tail that may wait to be read. */
export const tailCreditsMax = 2

/** Bytes of one tail that wait to become a chunk; beyond, it takes no more until it is read. */
export const tailBufferBytes = 128 * 1024

/** Bytes of batches that the thread keeps until every tail has taken them; beyond, the slow ones miss some. */
export const recentBytesMax = 16 * 1024 * 1024

/** Tails that read pages and journal at the same time; others wait. */
export const catchingUpMax = 4

export interface TailWorkerData {
  readonly dataDirectory: string
  readonly limits: DecodeLimits
  /** Those of earlier starts, with which batches of the journal may have been taken in; left out: none. */
  readonly earlierLimits?: readonly DecodeLimits[]
  readonly blockColumnsMax: number
}

export interface HandedBatch extends CommittedBatch {
  /** A copy. */
  readonly src: Uint8Array
}

export type ToTail =
  | {
      readonly type: 'open'
      readonly tail: number
      readonly request: TailRequest
      readonly cut: Cut
    }
  | { readonly type: 'cut'; readonly tail: number; readonly cut: Cut }
  | { readonly type: 'batches'; readonly batches: readonly HandedBatch[] }
  /** Batches were not handed over, because too many were on their way. */
  | { readonly type: 'skipped'; readonly events: number; readonly through: Place }
  | { readonly type: 'closed'; readonly minute: number }
  | { readonly type: 'credit'; readonly tail: number }
  | { readonly type: 'cancel'; readonly tail: number }
  | { readonly type: 'close' }

export type FromTail =
  | { readonly type: 'chunk'; readonly tail: number; readonly bytes: Uint8Array<ArrayBuffer> }
  /** Batches have been dealt with: so many bytes are on their way no more. */
  | { readonly type: 'done'; readonly bytes: number }
  | { readonly type: 'cut-wanted'; readonly tail: number }
  | { readonly type: 'missed'; readonly events: number }
  /** The tail's last bytes have been sent. */
  | { readonly type: 'ended'; readonly tail: number }

type Place = { readonly minute: number; readonly part: number; readonly row: number }

/** What a batch counts for among the bytes on their way: its rest is small, but not nothing. */
export const handedBytes = (batch: CommittedBatch): number => batch.src.length + 512

/** Today's limits and those of earlier starts, newest first. */
export const limitsOf = ({
  limits,
  earlierLimits = [],
}: TailWorkerData): readonly DecodeLimits[] => [limits, ...earlierLimits]
