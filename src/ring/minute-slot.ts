import type { BlockSlot } from './block-slot.ts'

/** One minute of the ring, open or closing. */
export class MinuteSlot {
  /** Minutes since the epoch. */
  readonly minute: number
  /** The block that takes the rows of the next small batch. */
  open: BlockSlot | null = null
  nextPart = 0
  /** Rows of the parts that take no more, by part number: they say which event has which id. */
  readonly sealedRows: number[] = []
  /** Batches of this minute that are neither durable nor failed. */
  pending = 0
  /** Blocks given to the book and not yet durable there. */
  putting = 0
  eventCount = 0
  lastSequence = 0
  /** Raised whenever rows were cut off: a later failure of the same group has nothing left to cut. */
  epoch = 0

  constructor(minute: number) {
    this.minute = minute
  }
}
