import { describe, expect, test } from 'bun:test'
import { DamagedPage } from '../../../src/book/contract.ts'
import type { SearchRequest } from '../../../src/query/search/contract.ts'
import { type FixtureBook, makeBook, openSource, plainEvents } from '../book-fixture.ts'
import { damageBlock, damageBytes } from '../damage-book.ts'
import { ask, contextOf, idsOf, wholeBook } from './work-fixture.ts'

/* Two pages of a day, and one of four days later. */

const first = 29_400_000
const later = first + 4 * 1440
const pages = [first, first + 1, later].map((minute) => ({
  minute,
  blocks: [plainEvents(minute, 30)],
}))

/** How many events come, or the minute of the damage that comes instead. */
async function answerOf(book: FixtureBook, request: Partial<SearchRequest>): Promise<string> {
  const source = openSource(book)
  using _reader = source.reader
  try {
    return `${idsOf(await ask(contextOf({ source }), request)).length} events`
  } catch (error) {
    if (error instanceof DamagedPage) return `damage of ${error.minute - first}`
    throw error
  }
}

const from = (minute: number) => ({ ...wholeBook, from: { ms: minute * 60_000 - 2000, nanos: 0 } })

describe('a search', () => {
  test('names the page of a damaged block, and answers what does not need it', async () => {
    using book = makeBook(pages)
    damageBlock(book, first + 1, 0)
    expect(await answerOf(book, {})).toBe('damage of 1')
    expect(await answerOf(book, { limit: 29 })).toBe('29 events')
    // Whether there is a next one is asked of the page before it.
    expect(await answerOf(book, { limit: 30 })).toBe('damage of 1')
    expect(await answerOf(book, { selection: from(later) })).toBe('30 events')
  })

  test('takes a page whose record is damaged for one of the days around it', async () => {
    using book = makeBook(pages)
    const source = openSource(book)
    const digest = source.reader.summary(first + 1)?.digest ?? new Uint8Array(0)
    source.reader[Symbol.dispose]()
    damageBytes(book, digest)
    expect(await answerOf(book, {})).toBe('damage of 1')
    expect(await answerOf(book, { order: 'asc', limit: 5 })).toBe('damage of 1')
    expect(await answerOf(book, { selection: from(later) })).toBe('30 events')
    const received = { ...from(later), clock: 'received' as const }
    expect(await answerOf(book, { selection: received })).toBe('30 events')
  })
})
