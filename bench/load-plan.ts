import type { LatencySummary } from './percentile.ts'

/** What the load process is to send: it makes all bodies before it says it is ready. */
export interface LoadPlan {
  readonly port: number
  readonly path: string
  readonly format: 'json' | 'ndjson' | 'msgpack'
  readonly encoding: 'none' | 'gzip' | 'zstd'
  /** Events a request; 1 is one bare event. */
  readonly batch: number
  readonly connections: number
  /** Different events made beforehand; the load goes round them when it lasts longer. */
  readonly distinctEvents: number
  /** Stop after this many events; Infinity is not JSON, so null is no bound. */
  readonly events: number | null
  /** Stop after this long; null is no bound. */
  readonly seconds: number | null
  /** Requests a second at intended times (open loop); null: each connection sends when it has its answer. */
  readonly rate: number | null
  /** HTTPS, whatever certificate the server shows. */
  readonly tls?: boolean
  /** How each request proves who sends it. */
  readonly proof?: LoadProof
}

export type LoadProof =
  /** The same header lines with every request. */
  | { readonly by: 'header'; readonly line: string }
  /** Each request signed anew, with a nonce of its own. */
  | { readonly by: 'hmac'; readonly keyId: string; readonly secret: string }

export interface LoadResult {
  readonly requests: number
  readonly events: number
  readonly bodyBytes: number
  readonly seconds: number
  /** Closed loop: from the first byte written. Open loop: from the time the request was meant to go. */
  readonly ack: LatencySummary
  /** 503 and 429 answers, each followed by another try. */
  readonly busyAnswers: number
  /** Other answers than 202, by status. */
  readonly failed: Readonly<Record<string, number>>
  /** The newest minute that took events, as the server named it; '' when it named none. */
  readonly lastMinute: string
  readonly driverCpuSeconds: number
}

/** What the two processes say to each other. */
export type LoadMessage =
  | { readonly kind: 'plan'; readonly plan: LoadPlan }
  | { readonly kind: 'ready' }
  | { readonly kind: 'go' }
  | { readonly kind: 'result'; readonly result: LoadResult }
