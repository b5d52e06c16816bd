import type { BlockBuilder } from '../ring/block-builder.ts'

/** Where a decoder puts events. The ring implements it; tests use a plain one. */
export interface DecodeTarget {
  /** The block that takes the next event. */
  readonly block: BlockBuilder
  /** Added to a position in the body, it is a reference into `block` (see BlockBuilder). */
  readonly delta: number
  /** When the batch was received, in ms: the timestamp of an event that brings none. */
  readonly receivedMs: number
  /**
   * Called between events when `block.isFull(position - start of slice)`: copies the scanned slice up to
   * `position` into the full block's arena and opens another block. `block` and `delta` change.
   */
  rollover(position: number): void
}

/** Why one event was refused; the others beside it are kept. */
export interface Refusal {
  /** Position of the event in the batch, from 0. */
  readonly index: number
  /** Stable, from the registry in event/refusal.ts. */
  readonly code: string
  /** RFC 6901 JSON pointer of the offending member inside the event, '' for the event itself. */
  readonly pointer: string
  readonly detail: string
}

/** Why a body cannot be read on: at which byte of the decompressed body. */
export interface Unreadable {
  readonly byte: number
  readonly detail: string
}

export interface DecodeLimits {
  readonly facilityBytesMax: number
  readonly eventNameBytesMax: number
  readonly nameBytesMax: number
  readonly eventBytesMax: number
  readonly namesMax: number
  readonly nestingMax: number
  readonly batchEventsMax: number
  /** Events of the server's own facility are refused unless this is set. */
  readonly isOwn?: boolean
}

/** Refusals listed one by one; all are counted. */
export const refusalsListedMax = 1_000

/**
 * Reads one body in one or more steps. Between steps other work may run, but nothing else may write to
 * the target. After `done` the counts are final; after `unreadable` or `too-many` the caller rolls the
 * target back to where the batch began.
 */
export interface Decoder {
  /** Reads events until the position passes `untilByte` (Infinity: all). */
  step(untilByte: number): 'more' | 'done' | 'unreadable' | 'too-many'
  readonly position: number
  readonly accepted: number
  readonly rejectedCount: number
  readonly rejected: readonly Refusal[]
  readonly unreadable: Unreadable | null
}

/** `src` is the whole decompressed body. */
export type MakeDecoder = (src: Uint8Array, target: DecodeTarget, limits: DecodeLimits) => Decoder

/** Raised by one whenever a decoder starts to accept or refuse differently; kept in every journal frame. */
export const decoderVersion = 1
