import type { SealedBlock } from '../ring/block-builder.ts'
import { extraBase } from '../ring/block-builder.ts'
import type { ByteSink } from './byte-sink.ts'

/** The texts of a column of a sealed block: entry i is `lengths[i]` bytes at `references[i]`. */
export interface TextColumn {
  readonly block: SealedBlock
  readonly references: Uint32Array
  readonly lengths: Uint32Array
  readonly count: number
}

/** The bytes that a reference points into. */
export function bufferOf(block: SealedBlock, reference: number): Uint8Array {
  return reference >= extraBase ? block.extra : block.arena
}

/** Where in its buffer a reference points. */
export function offsetOf(reference: number): number {
  return reference >= extraBase ? reference - extraBase : reference
}

/** A view of the text of entry `index`. */
export function textAt(column: TextColumn, index: number): Uint8Array {
  const reference = column.references[index] ?? 0
  const at = offsetOf(reference)
  return bufferOf(column.block, reference).subarray(at, at + (column.lengths[index] ?? 0))
}

/** A native copy costs about 60 ns whatever the length; this many bytes cost the same in a loop. */
const loopBytesMax = 64

/** Appends the text of entry `index`. */
export function appendText(sink: ByteSink, column: TextColumn, index: number): void {
  const length = column.lengths[index] ?? 0
  if (length > loopBytesMax) return sink.append(textAt(column, index))
  const reference = column.references[index] ?? 0
  const from = offsetOf(reference)
  const bytes = bufferOf(column.block, reference)
  const at = sink.reserve(length)
  const into = sink.bytes
  for (let i = 0; i < length; i++) into[at + i] = bytes[from + i] ?? 0
}
