import type { SealedBlock } from '../ring/block-builder.ts'
import type { AsideDay } from './book-open.ts'
import type {
  BookState,
  BookStats,
  ClosedMinute,
  CloseRequest,
  DropReport,
  RedactReport,
  RedactRequest,
} from './contract.ts'
import type { Trouble, TroubleKind } from './disk-trouble.ts'
import type { KeyStoreLimits } from './key-store.ts'
import type { RedactionChain } from './redaction-chain.ts'
import type { RetentionFacts } from './retention.ts'

/* What the main thread and the writer's thread say to each other. */

export interface WriterStart {
  readonly directory: string
  readonly keys: KeyStoreLimits
  readonly reserveBytes: number
  readonly cataloguePairsMax: number
}

export type WriterCall =
  | { readonly kind: 'open'; readonly start: WriterStart }
  | {
      readonly kind: 'block'
      readonly minute: number
      readonly part: number
      readonly block: SealedBlock
    }
  | { readonly kind: 'close'; readonly request: CloseRequest }
  | {
      readonly kind: 'drop'
      readonly beforeMinute: number
      readonly dryRun: boolean
      readonly why: string
      readonly atMs: number
    }
  | { readonly kind: 'redact'; readonly request: RedactRequest }
  | { readonly kind: 'stats' }
  | { readonly kind: 'retention' }
  | { readonly kind: 'redactions' }
  | { readonly kind: 'stop' }

export type WriterAnswer =
  | { readonly kind: 'open'; readonly state: BookState; readonly aside: readonly AsideDay[] }
  | { readonly kind: 'block'; readonly block: SealedBlock }
  | { readonly kind: 'close'; readonly closed: ClosedMinute; readonly state: BookState }
  | { readonly kind: 'drop'; readonly report: DropReport; readonly state: BookState }
  | { readonly kind: 'redact'; readonly report: RedactReport; readonly state: BookState }
  | { readonly kind: 'stats'; readonly stats: BookStats }
  | { readonly kind: 'retention'; readonly facts: RetentionFacts }
  | { readonly kind: 'redactions'; readonly chain: RedactionChain }
  | { readonly kind: 'stop' }

export interface WriterRequest {
  readonly id: number
  readonly call: WriterCall
}

export type WriterReply =
  | { readonly id: number; readonly answer: WriterAnswer }
  | { readonly id: number; readonly error: WriterError }
  /** Null: what was wrong is over. */
  | { readonly trouble: Trouble | null }
  /** Something that could not be used was set aside while the book was open. */
  | { readonly aside: AsideDay }

export interface WriterError {
  readonly name: string
  readonly message: string
  readonly stack: string | null
  /** Of a NewerBookFormat: the version that was found. */
  readonly found: number | null
  /** Of a DiskTrouble: what is wrong with the disk. */
  readonly trouble: TroubleKind | null
}

/**
 * The buffers of a block that go along instead of being copied. Names of columns stay: the builder keeps
 * them. Empty buffers stay too, because all empty columns share theirs.
 */
export function transferables(block: SealedBlock): ArrayBuffer[] {
  const { arena, extra, facilityReference, facilityBytes, eventReference, eventBytes } = block
  const { level, timestampMs, timestampNanos, receivedMs, rest } = block
  const arrays: { readonly buffer: ArrayBufferLike; readonly byteLength: number }[] = [
    arena,
    extra,
    facilityReference,
    facilityBytes,
    eventReference,
    eventBytes,
    level,
    timestampMs,
    timestampNanos,
    receivedMs,
    rest.rows,
    rest.words,
    rest.kinds,
  ]
  for (const { rows, low, high, numbers } of block.columns) arrays.push(rows, low, high, numbers)
  const buffers = new Set<ArrayBuffer>()
  for (const { buffer, byteLength } of arrays) {
    if (byteLength > 0 && buffer instanceof ArrayBuffer) buffers.add(buffer)
  }
  return [...buffers]
}
