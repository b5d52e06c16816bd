import type { Kind } from '../event/kind.ts'
import type { ColumnArrays } from './column.ts'

/** Members that found no column: each entry keeps its own path, as JSON text of an array of names. */
export interface RestArrays {
  readonly rows: Uint16Array<ArrayBuffer>
  /** Reference of the path and its bytes, reference of the value and its bytes. */
  readonly words: Uint32Array<ArrayBuffer>
  /** Kind.Json or Kind.Msgpack: how the value (a scalar or an array) is written. */
  readonly kinds: Uint8Array<ArrayBuffer>
}

export interface FixedMembers {
  facilityReference: number
  facilityBytes: number
  eventReference: number
  eventBytes: number
  level: number
  timestampMs: number
  timestampNanos: number
}

export interface RestEntry {
  /** Reference (always into `extra`) and bytes of the path: JSON text of an array of names. */
  readonly path: number
  readonly pathBytes: number
  readonly value: number
  readonly valueBytes: number
  readonly kind: typeof Kind.Json | typeof Kind.Msgpack
}

export interface SealedColumn extends ColumnArrays {
  readonly segments: readonly Uint8Array[]
  readonly kind: Kind
  readonly count: number
}

/** What the encoder gets: plain data with transferable buffers. Arrays are longer than their counts. */
export interface SealedBlock {
  readonly rowCount: number
  readonly arena: Uint8Array<ArrayBuffer>
  readonly arenaBytes: number
  readonly extra: Uint8Array<ArrayBuffer>
  readonly extraBytes: number
  readonly facilityReference: Uint32Array<ArrayBuffer>
  readonly facilityBytes: Uint32Array<ArrayBuffer>
  readonly eventReference: Uint32Array<ArrayBuffer>
  readonly eventBytes: Uint32Array<ArrayBuffer>
  readonly level: Uint8Array<ArrayBuffer>
  readonly timestampMs: Float64Array<ArrayBuffer>
  readonly timestampNanos: Uint32Array<ArrayBuffer>
  readonly hasNanos: boolean
  readonly receivedMs: Float64Array<ArrayBuffer>
  readonly columns: readonly SealedColumn[]
  readonly restCount: number
  readonly rest: RestArrays
}
