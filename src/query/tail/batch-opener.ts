import { makeDecoder } from '../../decode/body.ts'
import type { DecodeLimits, DecodeTarget } from '../../decode/contract.ts'
import { defaultLimits, widestLimits } from '../../event/limits.ts'
import type { BlockEntry, OpenBlock } from '../../page/contract.ts'
import { entryOfRows, OpenRows } from '../../page/open-rows.ts'
import { BlockBuilder, type BlockLimits, type SealedBlock } from '../../ring/block-builder.ts'
import type { HandedBatch } from './messages.ts'

/** Rows of one part that came together. */
export interface TailRows {
  readonly block: OpenBlock
  readonly entry: BlockEntry
  /** The rows of the block that are meant: all of them, unless a batch fills the end of one part and goes on in the next. */
  readonly from: number
  readonly to: number
}

/** A body is scanned where it lies, so no number of its bytes fills a block. */
const bytesMax = 2 ** 31 - 1

/**
 * Makes the body of a committed batch into rows again, by the decoder that took it in. Which of its events
 * were accepted follows from its bytes; their ids come with the batch.
 */
export class BatchOpener {
  /** Today's limits, and what they may have been when the batch was taken in, as replay tries them. */
  readonly #limits: readonly DecodeLimits[]
  readonly #blockLimits: BlockLimits
  /** Used again, for what it has learnt of names. */
  #builder: BlockBuilder
  #lent: SealedBlock | null = null

  constructor(limits: readonly DecodeLimits[], columnsMax: number) {
    this.#limits = [...limits, defaultLimits, widestLimits]
    this.#blockLimits = { columnsMax, pathsMax: columnsMax * 2, bytesMax }
    this.#builder = new BlockBuilder(this.#blockLimits)
  }

  /** The rows of a batch, valid until `release`, which must come before the next batch. */
  open(batch: HandedBatch): readonly TailRows[] {
    for (const limits of this.#limits) {
      const target = new BodyTarget(this.#builder, batch)
      const decoder = makeDecoder(batch.format)(batch.src, target, limits)
      decoder.step(Number.POSITIVE_INFINITY)
      const blocks = target.finish()
      this.#lent = blocks[0] ?? null
      if (decoder.accepted === batch.accepted) return rowsOf(batch, blocks)
      this.release()
    }
    throw new Error(`a batch of ${batch.accepted} events cannot be read as such`)
  }

  release(): void {
    if (this.#lent !== null) this.#builder.attach({ ...this.#lent, arena: noArena })
    this.#lent = null
  }
}

const noArena = new Uint8Array(0)

/** Takes the events of a body into blocks whose texts lie in the body itself. */
class BodyTarget implements DecodeTarget {
  block: BlockBuilder
  /** Positions in the body are references as they are. */
  readonly delta = 0
  readonly receivedMs: number
  readonly #arena: Uint8Array<ArrayBuffer>
  readonly #blocks: SealedBlock[] = []

  constructor(builder: BlockBuilder, batch: HandedBatch) {
    this.block = builder
    this.receivedMs = batch.receivedMs
    // A batch comes from a message or a file: never from shared memory.
    this.#arena = batch.src as Uint8Array<ArrayBuffer>
  }

  rollover(): void {
    if (this.block.rowCount === 0) return
    this.#seal()
    this.block = new BlockBuilder(this.block.limits)
  }

  finish(): readonly SealedBlock[] {
    this.#seal()
    return this.#blocks
  }

  #seal(): void {
    this.block.stampReceived(0, this.receivedMs)
    const sealed = this.block.detach()
    this.#blocks.push({ ...sealed, arena: this.#arena, arenaBytes: this.#arena.length })
  }
}

/** Says of each run of rows where it stands: what lies in one of our blocks and in one part. */
function rowsOf(batch: HandedBatch, blocks: readonly SealedBlock[]): TailRows[] {
  const list: TailRows[] = []
  let blockFrom = 0
  for (const sealed of blocks) {
    const blockTo = blockFrom + sealed.rowCount
    let placeFrom = 0
    for (const { part, firstRow, rowCount } of batch.places) {
      const from = Math.max(blockFrom, placeFrom)
      const to = Math.min(blockTo, placeFrom + rowCount)
      if (from < to) {
        const rowBase = firstRow - placeFrom + blockFrom
        const block = new OpenRows(sealed, { minute: batch.minute, part, rowBase })
        const range = { from: from - blockFrom, to: to - blockFrom }
        list.push({ block, entry: entryOfRows(block), ...range })
      }
      placeFrom += rowCount
    }
    blockFrom = blockTo
  }
  return list
}
