import { parseEventId } from '../event/event-id.ts'
import type { Summary } from '../page/contract.ts'
import type { AnswerFormat, IndexAnswer, OneEvent, PageHead } from './contract.ts'
import { IndexTotals } from './index-totals.ts'
import type { Answer, Neighbours, Question } from './messages.ts'
import { asPage, entriesOf, openPart, type PageSource } from './page-source.ts'
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
        return this.#index()
      case 'heads':
        return [...this.#source.reader.summaries(question)].map(pageHead)
      case 'neighbours':
        return this.#neighbours(question.minute)
      case 'event':
        return this.#event(question.id, question.format)
    }
  }

  #index(): IndexAnswer {
    const state = this.#source.reader.state()
    const oldest = this.#edge(0, everyMinuteMax, 'asc')
    const newest = this.#edge(0, everyMinuteMax, 'desc')
    return { state, oldest, newest, ...this.#totals.through(state) }
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

  #event(id: string, format: AnswerFormat): OneEvent {
    const place = parseEventId(id)
    if (place === undefined) return { found: 'none' }
    const { closedThrough, droppedBefore } = this.#source.reader.state()
    if (closedThrough === null || place.minute > closedThrough) return { found: 'open' }
    if (droppedBefore !== null && place.minute < droppedBefore) return { found: 'dropped' }
    const entries = entriesOf(this.#source, place.minute) ?? []
    const entry = entries.find(({ part }) => part === place.part)
    if (entry === undefined || place.row >= entry.rowCount) return { found: 'none' }
    const block = openPart(this.#source, place.minute, place.part)
    return asPage(place.minute, () => {
      const out = new Output()
      const renderer = new Renderer(format)
      if (format !== 'json') renderer.begin(out, '')
      renderer.event(out, renderer.block(out, block, 1), place.row)
      return { found: 'event', body: out.take() }
    })
  }
}

export function pageHead(summary: Summary): PageHead {
  return {
    minute: summary.minute,
    eventCount: summary.eventCount,
    levels: [...summary.levels],
    bytes: summary.bytes,
    digest: hex(summary.digest),
    link: hex(summary.link),
    previous: hex(summary.previous),
    timestampMinMs: summary.timestampMinMs,
    timestampMaxMs: summary.timestampMaxMs,
    closedAtMs: summary.closedAtMs,
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
