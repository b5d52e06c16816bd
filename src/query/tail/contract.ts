import type { EventPlace } from '../../event/event-id.ts'
import type { OpenMinute } from '../../ring/ring.ts'
import type { Selection } from '../selection.ts'

/* What the HTTP layer asks of the live tail. */

export interface TailRequest {
  readonly selection: Selection
  /** Names of members to give, null: all. */
  readonly fields: readonly string[] | null
  /** The position after which to go on; null: only what comes from now on. */
  readonly after: EventPlace | null
  readonly heartbeatMs: number
}

/** Where the stream of batches stands at one moment of the main thread. */
export interface Cut {
  readonly closedThrough: number | null
  /** Oldest first. */
  readonly minutes: readonly OpenMinute[]
}

/** The live tails of the server. */
export interface Tails extends AsyncDisposable {
  readonly count: number
  /** Events that live tails were told they had missed, since the start. */
  readonly missedEvents: number
  /** A stream of server-sent events; null: there are as many tails as there may be. It ends with `signal`. */
  open(request: TailRequest, signal: AbortSignal): ReadableStream<Uint8Array> | null
}
