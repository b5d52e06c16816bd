import { join } from 'node:path'
import { DamagedPage } from '../../book/contract.ts'
import { decompress } from '../../decode/body.ts'
import { widestLimits } from '../../event/limits.ts'
import { formatMinute } from '../../event/time.ts'
import { batchesOfMinute } from '../../journal/read-minute.ts'
import type { JournalBatch } from '../../journal/contract.ts'
import type { BlockEntry, Summary } from '../../page/contract.ts'
import type { OpenMinute } from '../../ring/ring.ts'
import { Pace } from '../pace.ts'
import { entriesOf, openPart, type PageSource } from '../page-source.ts'
import type { BatchOpener } from './batch-opener.ts'
import type { Cut } from './contract.ts'
import type { HandedBatch, TailWorkerData } from './messages.ts'
import { endOfMinute, eventsThrough, lastPlace, minuteAfter, placesOf } from './position.ts'
import type { TailWork } from './tail-work.ts'

/** Minutes are listed so many at a time: others are served between. */
const summariesAtOnce = 64

/** No row of a part has a higher number. */
const partEnd = 0xffff

/** Pages behind the position have been dropped. */
export class TailDropped extends Error {}

/**
 * Gives one tail what was there before it: the pages behind its position, then what the journal holds of the
 * minutes that are not pages yet. A minute may become a page meanwhile: then the rest of it is read there.
 */
export class Past {
  readonly #source: PageSource
  readonly #data: TailWorkerData
  readonly #opener: BatchOpener
  readonly #tail: TailWork
  readonly #pace = new Pace()

  constructor(source: PageSource, data: TailWorkerData, opener: BatchOpener, tail: TailWork) {
    this.#source = source
    this.#data = data
    this.#opener = opener
    this.#tail = tail
  }

  /** Brings the tail to the cut. Throws TailDropped, Cancelled. */
  async bring(cut: Cut): Promise<void> {
    do await this.#pages()
    while (!(await this.#journal(cut)))
  }

  async #pages(): Promise<void> {
    for (;;) {
      const from = minuteAfter(this.#tail.position)
      const through = this.#source.reader.state().closedThrough ?? -1
      if (from > through) return
      const range = { from, through, limit: summariesAtOnce, order: 'asc' } as const
      this.#source.damaged.length = 0
      const summaries = [...this.#source.reader.summaries(range)]
      const damaged = this.#source.damaged.splice(0)
      // Now and not before: a list leaves out the pages of a drop that came meanwhile.
      this.#checkDropped(from)
      // A list that is cut short leaves out damaged pages up to its last one only.
      const last = summaries.length < summariesAtOnce ? through : (summaries.at(-1)?.minute ?? 0)
      for (const { minute, message } of damaged) {
        if (minute <= last) await this.#tellDamage(minute, message)
      }
      for (const summary of summaries) await this.#page(summary)
      this.#tail.scanned(endOfMinute(last))
      await this.#pace.turn()
    }
  }

  /** Throws TailDropped when pages from `minute` on have been dropped. */
  #checkDropped(minute: number): void {
    if (minute < (this.#source.reader.state().droppedBefore ?? 0)) throw new TailDropped()
  }

  async #page(summary: Summary): Promise<void> {
    const { minute } = summary
    try {
      if (this.#tail.matcher.mayMatchPage(summary)) {
        const entries = entriesOf(this.#source, minute)
        if (entries === null) throw new TailDropped()
        for (const entry of entries) await this.#block(minute, entry)
      }
    } catch (error) {
      if (!(error instanceof DamagedPage)) throw error
      // Blocks that are missing because the page was dropped while the reader held back are no damage.
      this.#checkDropped(minute)
      await this.#tellDamage(minute, error.message)
    }
    this.#tail.scanned(endOfMinute(minute))
  }

  async #block(minute: number, entry: BlockEntry): Promise<void> {
    const { position, matcher } = this.#tail
    if (position.minute === minute && entry.part < position.part) return
    await this.#pace.turn()
    this.#tail.check()
    if (matcher.mayMatchBlock(entry)) {
      const block = openPart(this.#source, minute, entry)
      await this.#tail.takeAll({ block, entry, from: 0, to: entry.rowCount })
    }
    // The end of the part: a block that has lost rows keeps the numbers of the others.
    this.#tail.scanned({ minute, part: entry.part, row: partEnd })
  }

  /** The stream goes on with the next page. */
  async #tellDamage(minute: number, detail: string): Promise<void> {
    await this.#tail.room()
    this.#tail.tell({ code: 'page-damaged', detail, minute: formatMinute(minute) })
  }

  /** False: a minute of the cut has become a page, and the journal has let it go. */
  async #journal({ minutes }: Cut): Promise<boolean> {
    for (const open of minutes) {
      if (open.minute < minuteAfter(this.#tail.position)) continue
      if (!(await this.#openMinute(open))) return false
      const last = lastPlace(open)
      if (last !== null) this.#tail.scanned(last)
    }
    return true
  }

  async #openMinute(open: OpenMinute): Promise<boolean> {
    const { minute, eventCount, partRows } = open
    const from = eventsThrough(this.#tail.position, open)
    if (from >= eventCount) return true
    let number = 0
    for (const batch of batchesOfMinute(join(this.#data.dataDirectory, 'journal'), minute)) {
      const first = number
      number += batch.accepted
      if (number > from) {
        const places = placesOf(partRows, first, batch.accepted)
        await this.#batch({ ...(await this.#handed(batch)), minute, places })
      }
      if (number >= eventCount) return true
      await this.#pace.turn()
      this.#tail.check()
    }
    if (minute <= (this.#source.reader.state().closedThrough ?? -1)) return false
    throw new Error(
      `the journal of ${formatMinute(minute)} ends at event ${number} of ${eventCount}`,
    )
  }

  async #handed(batch: JournalBatch): Promise<Omit<HandedBatch, 'minute' | 'places'>> {
    const { receivedMs, form, accepted, body } = batch
    const { format, encoding } = form
    if (encoding === 'identity') return { receivedMs, format, accepted, src: body }
    const opened = await decompress(body, encoding, widestLimits.batchBytesMax)
    if (!opened.ok)
      throw new Error(`a body of the journal cannot be decompressed: ${opened.detail}`)
    return { receivedMs, format, accepted, src: opened.bytes }
  }

  async #batch(batch: HandedBatch): Promise<void> {
    const list = this.#opener.open(batch)
    try {
      for (const rows of list) await this.#tail.takeAll(rows)
    } finally {
      this.#opener.release()
    }
  }
}
