import type { AnswerFormat, EventsRequest, IndexAnswer, OneEvent, PageHead } from './contract.ts'

/*
 * What the main thread and the reading thread say to each other. Every question has a number of its own;
 * answers carry it. A stream is `opened`, then chunks follow, at most `creditsMax` that have not been given
 * back; the last one says so. Either end of a stream may be an error instead.
 */

/** Chunks of one stream that may be on their way or wait to be read. */
export const creditsMax = 4

/** What the reading thread collects before it sends a chunk. */
export const chunkBytes = 256 * 1024

export type Question =
  | { readonly ask: 'index' }
  | {
      readonly ask: 'heads'
      readonly from: number
      readonly through: number
      readonly limit: number
      readonly order: 'asc' | 'desc'
    }
  | { readonly ask: 'neighbours'; readonly minute: number }
  | { readonly ask: 'event'; readonly id: string; readonly format: AnswerFormat }

export type StreamQuestion =
  | { readonly ask: 'events'; readonly request: EventsRequest }
  | { readonly ask: 'page-bytes'; readonly digest: string }

export type ToReader =
  | { readonly type: 'question'; readonly number: number; readonly question: Question }
  | { readonly type: 'stream'; readonly number: number; readonly question: StreamQuestion }
  | { readonly type: 'credit'; readonly number: number }
  | { readonly type: 'cancel'; readonly number: number }
  | { readonly type: 'close' }

export type Answer = IndexAnswer | PageHead[] | Neighbours | OneEvent

export interface Neighbours {
  readonly prev: number | null
  readonly next: number | null
}

export type FromReader =
  | { readonly type: 'answer'; readonly number: number; readonly answer: Answer }
  | { readonly type: 'chunk'; readonly number: number; readonly chunk: Chunk }
  | { readonly type: 'failed'; readonly number: number; readonly failure: Failure }
  | { readonly type: 'closed' }

export interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly last: boolean
  /** Of the whole stream, where known before its end; -1 where not. With `none`, there is no such thing. */
  readonly total: number
  readonly none: boolean
}

/** An error as it crosses the thread boundary. */
export interface Failure {
  readonly detail: string
  /** The minute of a DamagedPage, null for any other error. */
  readonly damagedMinute: number | null
}
