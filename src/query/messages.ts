import type {
  AnswerFormat,
  EventsRequest,
  HeadsRange,
  IndexAnswer,
  OneEvent,
  PageHead,
} from './contract.ts'
import type { Failure } from './failure.ts'

/*
 * What the main thread and a thread that answers say to each other. Every question has a number of its own;
 * answers carry it. Of a stream chunks follow, at most `creditsMax` that have not been given back; the last one
 * says so. Either end of a stream may be an error instead. What was cancelled ends with `gone`, if it had not
 * ended already: who cancels knows then that the thread is done with it.
 */

/** Chunks of one stream that may be on their way or wait to be read. */
export const creditsMax = 4

/** What the reading thread collects before it sends a chunk. */
export const chunkBytes = 256 * 1024

export type Question =
  | { readonly ask: 'index'; readonly readable?: readonly string[] }
  | ({ readonly ask: 'heads' } & HeadsRange)
  | { readonly ask: 'neighbours'; readonly minute: number }
  | {
      readonly ask: 'event'
      readonly id: string
      readonly format: AnswerFormat
      readonly readable?: readonly string[]
    }

export type StreamQuestion =
  | { readonly ask: 'events'; readonly request: EventsRequest }
  | { readonly ask: 'page-bytes'; readonly digest: string }

export type ToThread<Q, S> =
  | { readonly type: 'question'; readonly number: number; readonly question: Q }
  | { readonly type: 'stream'; readonly number: number; readonly question: S }
  | { readonly type: 'credit'; readonly number: number }
  | { readonly type: 'cancel'; readonly number: number }
  | { readonly type: 'close' }

export type Answer = IndexAnswer | PageHead[] | Neighbours | OneEvent

export interface Neighbours {
  readonly prev: number | null
  readonly next: number | null
}

export type FromThread<A> =
  /** The thread has opened what it works with: from now on it may be ended from outside. */
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly number: number; readonly answer: A }
  | { readonly type: 'chunk'; readonly number: number; readonly chunk: Chunk }
  | { readonly type: 'failed'; readonly number: number; readonly failure: Failure }
  | { readonly type: 'gone'; readonly number: number }

export interface Chunk {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly last: boolean
  /** Of the whole stream, where known before its end; -1 where not. With `none`, there is no such thing. */
  readonly total: number
  readonly none: boolean
  /** What is known of the whole before its first byte; null where nothing is. */
  readonly head: unknown
}
