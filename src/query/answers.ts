import { parseEventId } from '../event/event-id.ts'
import { matchesFacility } from '../event/facility-pattern.ts'
import type { OpenBlock } from '../page/contract.ts'
import type { HeadsRange, IndexAnswer, OneEvent, PageHead } from './contract.ts'
import { IndexTotals } from './index-totals.ts'
import type { Answer, Neighbours, Question } from './messages.ts'
import { rowOfNumber } from '../page/row-number.ts'
import { asPage, entriesOf, openPart, type PageSource } from './page-source.ts'
import { pageHead } from './page-head.ts'
import { readableHeads } from './readable-heads.ts'
import { Output } from './render/output.ts'
import { Renderer } from './render/renderer.ts'

const everyMinuteMax = 0xffff_ffff

/** Answers the questions whose answers are small. */
export class Answers {
  readonly #source: PageSource
  readonly #totals: IndexTotals

  constructor(source: PageSource) {
    this.#source = source
    this.#totals = new IndexTotals(source)
  }

  answer(question: Question): Answer {
    switch (question.ask) {
      case 'index':
        return this.#index(question.readable)
      case 'heads':
        return this.#heads(question)
      case 'neighbours':
        return this.#neighbours(question.minute)
      case 'event':
        return this.#event(question)
    }
  }

  #index(readable?: readonly string[]): IndexAnswer {
    const state = this.#source.reader.state()
    const bound = readable === undefined ? {} : { readable }
    const edge = (order: 'asc' | 'desc'): PageHead | null => {
      const range = { from: 0, through: everyMinuteMax, limit: 1, order, ...bound }
      return this.#heads(range)[0] ?? null
    }
    const totals = this.#totals.through(state, readable)
    return { state, oldest: edge('asc'), newest: edge('desc'), ...totals }
  }

  #heads(range: HeadsRange): PageHead[] {
    const { readable } = range
    return readable === undefined
      ? [...this.#source.reader.summaries(range)].map(pageHead)
      : [...readableHeads(this.#source, range, readable)]
  }

  #neighbours(minute: number): Neighbours {
    return {
      prev: this.#edge(0, minute - 1, 'desc')?.minute ?? null,
      next: this.#edge(minute + 1, everyMinuteMax, 'asc')?.minute ?? null,
    }
  }

  #edge(from: number, through: number, order: 'asc' | 'desc'): PageHead | null {
    if (from > through) return null
    const [summary] = this.#source.reader.summaries({ from, through, limit: 1, order })
    return summary === undefined ? null : pageHead(summary)
  }

  #event({ id, format, readable }: Extract<Question, { ask: 'event' }>): OneEvent {
    const place = parseEventId(id)
    if (place === undefined) return { found: 'none' }
    const { closedThrough, droppedBefore } = this.#source.reader.state()
    if (closedThrough === null || place.minute > closedThrough) return { found: 'open' }
    if (droppedBefore !== null && place.minute < droppedBefore) return { found: 'dropped' }
    const entries = entriesOf(this.#source, place.minute) ?? []
    const entry = entries.find(({ part }) => part === place.part)
    const block = entry === undefined ? null : openPart(this.#source, place.minute, entry)
    const row = block === null ? null : rowOfNumber(block, place.row)
    if (block === null || row === null) {
      // Whose event it was cannot be known any more: who may not read all is not told that there was one.
      const wasThere = readable === undefined && this.#source.reader.wasRedacted(place)
      return { found: wasThere ? 'redacted' : 'none' }
    }
    return asPage(place.minute, () => {
      // As if it were not there: what may not be read is not told of.
      if (readable !== undefined && !matchesFacility(readable, facilityOf(block, row))) {
        return { found: 'none' }
      }
      const out = new Output()
      const renderer = new Renderer(format)
      if (format !== 'json') renderer.begin(out, '')
      renderer.event(out, renderer.block(out, block, 1), row)
      return { found: 'event', body: out.take() }
    })
  }
}

function facilityOf(block: OpenBlock, row: number): string {
  const { bytes, offsets, ids } = block.facility()
  const text = ids === null ? row : (ids[row] ?? 0)
  return Buffer.from(bytes.subarray(offsets[text] ?? 0, offsets[text + 1] ?? 0)).toString()
}
