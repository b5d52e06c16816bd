import type { EventPlace } from '../../event/event-id.ts'
import { Cancelled } from '../cancelled.ts'
import type { Matcher } from '../match/contract.ts'
import { numberOfRow, rowsBefore } from '../../page/row-number.ts'
import { selectRows } from '../../page/select-rows.ts'
import { Output } from '../render/output.ts'
import { Projection } from '../render/projection.ts'
import { Renderer } from '../render/renderer.ts'
import { firstAtLeast } from '../render/row-cursor.ts'
import type { TailRows } from './batch-opener.ts'
import type { TailRequest } from './contract.ts'
import { errorFrame, heartbeatFrame, missedFrame, opening, type TailError } from './frames.ts'
import { tailBufferBytes, tailCreditsMax } from './messages.ts'
import { comparePlaces, textOf } from './position.ts'

/** A chunk is sent at once when it has so many bytes; smaller ones wait for what else is ready. */
const eagerBytes = 32 * 1024

/** Rows rendered at a time: a reader that stops after some has not cost the work for all. */
const windowRows = 512

export interface TailWorkOptions {
  readonly request: TailRequest
  readonly matcher: Matcher
  readonly position: EventPlace
  readonly closedThrough: () => number | null
  readonly post: (bytes: Uint8Array<ArrayBuffer>) => void
  readonly onMissed: (events: number) => void
}

/** One tail on its thread: what it has looked at, what waits to be read, and what it has missed. */
export class TailWork {
  readonly matcher: Matcher
  /** All up to here has been looked at. */
  position: EventPlace
  readonly #options: TailWorkOptions
  readonly #out = new Output()
  readonly #renderer: Renderer
  readonly #timer: ReturnType<typeof setInterval>
  #credits = tailCreditsMax
  #passed = 0
  #unseen = 0
  #missedAfter: EventPlace
  #isEnded = false
  /** What has passed of the rows that it is in the middle of. */
  readonly #found = new WeakMap<TailRows, Uint16Array>()
  #wake: (() => void) | null = null

  constructor(options: TailWorkOptions) {
    this.#options = options
    this.matcher = options.matcher
    this.position = options.position
    this.#missedAfter = options.position
    const { fields } = options.request
    this.#renderer = new Renderer('json', fields === null ? null : new Projection(fields))
    this.#timer = setInterval(() => this.#beat(), options.request.heartbeatMs)
    this.#out.text(opening)
    this.#beat()
  }

  /** Takes the rows of a batch until there is no room. True: it has them all. */
  take(list: readonly TailRows[]): boolean {
    for (const rows of list) {
      const passing = this.#rowsOf(rows)
      for (let i = 0; i < passing.length; i += windowRows) {
        if (!this.#takeSome(rows, passing.subarray(i, i + windowRows))) return false
      }
      this.#moveTo(lastPlace(rows))
    }
    return true
  }

  /** Takes rows at the pace of the reader. Throws Cancelled. */
  async takeAll(rows: TailRows): Promise<void> {
    while (!this.take([rows])) await this.room()
    this.flush()
  }

  /** Resolves when there is room. Throws Cancelled. */
  async room(): Promise<void> {
    while (!this.#makeRoom() && !this.#isEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = null
    }
    this.check()
  }

  /** Counts the rows of a batch that it has not taken and will not. */
  miss(list: readonly TailRows[]): void {
    for (const rows of list) {
      this.#miss(this.#rowsOf(rows).length, 0)
      this.#moveTo(lastPlace(rows))
    }
  }

  /** Everything up to there has been looked at, or can hold nothing that passes. */
  scanned(position: EventPlace): void {
    this.check()
    this.#moveTo(position)
  }

  /** Events that nobody has looked at. */
  skip(events: number, through: EventPlace): void {
    this.#miss(0, events)
    this.#moveTo(through)
    this.#makeRoom()
  }

  /** The reader has taken a chunk. */
  credit(): void {
    this.#credits++
    this.flush()
    this.#makeRoom()
    this.#wake?.()
  }

  flush(): void {
    if (this.#out.at === 0 || this.#credits === 0 || this.#isEnded) return
    this.#credits--
    this.#options.post(this.#out.take())
  }

  /** Says what happened; the stream goes on, or ends with this. */
  tell(error: TailError): void {
    this.#tellMissed()
    this.#out.text(errorFrame(error))
  }

  /** Sends what is left, whatever the credits: it is bounded, and nothing follows. */
  end(): void {
    if (!this.#isEnded && this.#out.at > 0) this.#options.post(this.#out.take())
    this.cancel()
  }

  cancel(): void {
    this.#isEnded = true
    clearInterval(this.#timer)
    this.#wake?.()
  }

  /** Throws Cancelled when nobody reads any more. */
  check(): void {
    if (this.#isEnded) throw new Cancelled()
  }

  #beat(): void {
    if (!this.#makeRoom()) return
    this.#out.text(heartbeatFrame(this.position, this.#options.closedThrough()))
    this.flush()
  }

  /** Whether something may be written now; what was missed before is said first. */
  #makeRoom(): boolean {
    if (this.#out.at >= eagerBytes) this.flush()
    if (this.#out.at >= tailBufferBytes) return false
    this.#tellMissed()
    return true
  }

  #miss(passed: number, unseen: number): void {
    if (passed + unseen === 0) return
    if (this.#passed + this.#unseen === 0) this.#missedAfter = this.position
    this.#passed += passed
    this.#unseen += unseen
  }

  #tellMissed(): void {
    const events = this.#passed + this.#unseen
    if (events === 0) return
    this.#out.text(missedFrame({ passed: this.#passed, unseen: this.#unseen }, this.#missedAfter))
    this.#options.onMissed(events)
    this.#passed = 0
    this.#unseen = 0
  }

  #takeSome(rows: TailRows, passing: Uint16Array): boolean {
    if (!this.#makeRoom()) return false
    const out = this.#out
    const { block } = rows
    const isWhole = passing.length === block.rowCount
    const shown = isWhole ? block : selectRows(block, passing)
    const writer = this.#renderer.block(out, shown, passing.length)
    for (let i = 0; i < passing.length; i++) {
      if (!this.#makeRoom()) return false
      this.position = placeOf(rows, passing[i] ?? 0)
      out.ascii('id: ')
      out.ascii(textOf(this.position))
      out.ascii('\ndata: ')
      writer.write(i)
      out.ascii('\n\n')
    }
    return true
  }

  /** The rows that lie behind the position and pass. */
  #rowsOf(rows: TailRows): Uint16Array {
    const from = Math.max(rows.from, this.#rowsBehind(rows))
    if (from >= rows.to) return noRows
    let found = this.#found.get(rows)
    if (found === undefined) {
      const { block, entry } = rows
      found = this.matcher.rowsOf(block, entry) ?? everyRow(block.rowCount)
      this.#found.set(rows, found)
    }
    const length = found.length
    return found.subarray(
      firstAtLeast(found, 0, length, from),
      firstAtLeast(found, 0, length, rows.to),
    )
  }

  /** Rows of the block that the position has behind it. */
  #rowsBehind({ block, to }: TailRows): number {
    const { minute, part, row } = this.position
    if (minute !== block.minute) return minute < block.minute ? 0 : to
    if (part !== block.part) return part < block.part ? 0 : to
    return rowsBefore(block, row + 1)
  }

  #moveTo(position: EventPlace): void {
    if (comparePlaces(position, this.position) > 0) this.position = position
  }
}

const noRows = new Uint16Array(0)

const everyRow = (count: number): Uint16Array =>
  Uint16Array.from({ length: count }, (_, row) => row)

function placeOf({ block }: TailRows, row: number): EventPlace {
  return { minute: block.minute, part: block.part, row: numberOfRow(block, row) }
}

const lastPlace = (rows: TailRows): EventPlace => placeOf(rows, rows.to - 1)
