import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { QueryRefused, type SearchRequest } from '../../../src/query/search/contract.ts'
import { decodeCursor, encodeCursor } from '../../../src/query/search/cursor.ts'
import type { WorkContext } from '../../../src/query/work/contract.ts'
import {
  type FixtureBook,
  makeBook,
  openSource,
  openWriter,
  plainEvents,
  writePage,
} from '../book-fixture.ts'
import { seedNote } from '../seed.ts'
import { ask, contextOf, cursorOf, idsOf, wholeBook } from './work-fixture.ts'

const { seed } = seedNote('cursor')
const first = 29_400_000
const page = (i: number) => ({
  minute: first + i,
  blocks: [plainEvents(first + i, 7, i * 20), plainEvents(first + i, 5, i * 20 + 10)],
})
const pages = [0, 1, 2, 3, 4].map(page)
const perPage = 12

/** A context as each step of a walk has it: of what has been closed by then. */
function stepOf(book: FixtureBook): WorkContext & Disposable {
  const source = openSource(book)
  return { ...contextOf({ source }), [Symbol.dispose]: () => source.reader[Symbol.dispose]() }
}

async function refusalOf(context: WorkContext, request: Partial<SearchRequest>): Promise<string> {
  try {
    await ask(context, request)
  } catch (error) {
    if (error instanceof QueryRefused) return error.refusal
    throw error
  }
  return 'answered'
}

describe('a cursor', () => {
  test('goes on with the same selection and order only', async () => {
    using book = makeBook(pages)
    using context = stepOf(book)
    const asked = { selection: { ...wholeBook, from: { ms: 5, nanos: 0 } }, limit: 3 }
    const { next } = await ask(context, asked)
    const cursor = cursorOf(next)
    expect(await refusalOf(context, { ...asked, cursor })).toBe('answered')
    // What does not change which events come: how many, in which form, what is kept of them.
    expect(await refusalOf(context, { ...asked, cursor, limit: 9, format: 'csv' })).toBe('answered')
    expect(await refusalOf(context, { ...asked, cursor, fields: ['id'] })).toBe('answered')
    expect(await refusalOf(context, { ...asked, cursor, order: 'asc' })).toBe('cursor')
    for (const selection of [
      wholeBook,
      { ...asked.selection, clock: 'received' as const },
      { ...asked.selection, from: { ms: 5, nanos: 1 } },
      { ...asked.selection, filter: { ...wholeBook.filter, level: [1] } },
    ]) {
      expect(await refusalOf(context, { ...asked, selection, cursor })).toBe('cursor')
    }
  })

  test('is refused when a character of it has changed, or it is something else', async () => {
    using book = makeBook(pages)
    using context = stepOf(book)
    const cursor = cursorOf((await ask(context, { limit: 3 })).next) ?? ''
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    for (let at = 0; at < cursor.length; at++) {
      const other = letters[(letters.indexOf(cursor[at] ?? '') + 1) % 64] ?? ''
      const changed = cursor.slice(0, at) + other + cursor.slice(at + 1)
      expect(await refusalOf(context, { limit: 3, cursor: changed })).toBe('cursor')
    }
    for (const other of ['', 'x', `${cursor}A`, `${cursor}=`, cursor.slice(1), '%00']) {
      expect(await refusalOf(context, { limit: 3, cursor: other })).toBe('cursor')
    }
  })

  test('is read as it was written', () => {
    const u32 = fc.integer({ min: 0, max: 0xffff_ffff })
    const u16 = fc.integer({ min: 0, max: 0xffff })
    const cursors = fc.record({
      closedThrough: u32,
      oldestNeeded: u32,
      last: fc.record({
        ms: fc.maxSafeInteger(),
        nanos: fc.integer({ min: 0, max: 999_999 }),
        minute: u32,
        part: u16,
        row: u16,
      }),
    })
    const question = { selection: wholeBook, order: 'asc' } as const
    fc.assert(
      fc.property(cursors, (cursor) => {
        expect(decodeCursor(encodeCursor(cursor, question), question)).toEqual(cursor)
      }),
      { seed },
    )
  })

  for (const clock of ['timestamp', 'received'] as const) {
    for (const order of ['asc', 'desc'] as const) {
      test(`leaves out what came after the search began: ${clock}, ${order}`, async () => {
        using book = makeBook(pages)
        const asked = { selection: { ...wholeBook, clock }, order, limit: 5 }
        using begun = stepOf(book)
        const wanted = idsOf(await ask(begun, { ...asked, limit: null }))
        const walked: string[] = []
        let cursor: string | null = null
        let minute = 5
        do {
          using context = stepOf(book)
          const answer = await ask(context, { ...asked, cursor })
          walked.push(...idsOf(answer))
          cursor = cursorOf(answer.next)
          // The events of a later page lie among the times of the others.
          using writer = openWriter(book.bookDirectory)
          writePage(writer, { minute: first + minute++, blocks: [plainEvents(first, 20)] })
        } while (cursor !== null && walked.length <= wanted.length)
        expect(walked).toEqual(wanted)
        using later = stepOf(book)
        expect(idsOf(await ask(later, { ...asked, limit: null })).length).toBeGreaterThan(
          wanted.length,
        )
      })
    }
  }

  test('is refused once pages that the rest needs have been dropped, and not before', async () => {
    using book = makeBook(pages)
    using begun = stepOf(book)
    const begin = async (order: 'asc' | 'desc', limit: number): Promise<string> =>
      cursorOf((await ask(begun, { order, limit })).next) ?? ''
    // Newest first, all is still to come; oldest first, the first two pages are done.
    const newest = await begin('desc', 3)
    const last = await begin('desc', 3 * perPage + 3)
    const oldest = await begin('asc', 2 * perPage + 3)
    using writer = openWriter(book.bookDirectory)
    writer.drop(first + 1, false, 'test')
    const refusals = async (): Promise<string[]> => {
      using context = stepOf(book)
      return [
        await refusalOf(context, { order: 'desc', limit: 3, cursor: newest }),
        await refusalOf(context, { order: 'desc', limit: 3, cursor: last }),
        await refusalOf(context, { order: 'asc', limit: 3, cursor: oldest }),
      ]
    }
    expect(await refusals()).toEqual(['dropped', 'dropped', 'answered'])
    writer.drop(first + 2, false, 'test')
    expect((await refusals())[2]).toBe('answered')
    writer.drop(first + 3, false, 'test')
    expect((await refusals())[2]).toBe('dropped')
  })

  test('of a range needs the pages of that range alone', async () => {
    using book = makeBook(pages)
    using begun = stepOf(book)
    const from = { ms: (first + 3) * 60_000, nanos: 0 }
    const asked = { selection: { ...wholeBook, from }, limit: 3 }
    const cursor = cursorOf((await ask(begun, asked)).next)
    using writer = openWriter(book.bookDirectory)
    writer.drop(first + 3, false, 'test')
    using context = stepOf(book)
    expect(await refusalOf(context, { ...asked, cursor })).toBe('answered')
  })
})

describe('the answer in JSON', () => {
  test('says where it goes on, what was closed, scanned, and how long it took', async () => {
    using book = makeBook(pages)
    using context = stepOf(book)
    const sink = await ask(context, { format: 'json', limit: 2, fields: ['id'] })
    expect(JSON.parse(sink.text())).toEqual({
      events: [{ id: expect.any(String) }, { id: expect.any(String) }],
      next: expect.stringMatching(/^\/api\/v1\/eventqry\/search\?limit=1&cursor=[\w-]+$/),
      closedThrough: '2025-11-24T16:04Z',
      scanned: { minutes: 1, blocks: 1, bytes: expect.any(Number) },
      tookMs: expect.any(Number),
    })
    expect(JSON.parse(sink.text()).next).toBe(sink.next)
  })

  test('has no next at its end, were it at the limit', async () => {
    using book = makeBook(pages)
    using context = stepOf(book)
    for (const [limit, isLast] of [
      [5 * perPage - 1, false],
      [5 * perPage, true],
      [5 * perPage + 1, true],
    ] as const) {
      const sink = await ask(context, { format: 'json', limit })
      expect(JSON.parse(sink.text()).next === null).toBe(isLast)
      expect(sink.next === null).toBe(isLast)
    }
  })

  test('of a book without pages is empty', async () => {
    using book = makeBook([])
    using context = stepOf(book)
    const sink = await ask(context, { format: 'json', limit: 2 })
    expect(JSON.parse(sink.text())).toMatchObject({ events: [], next: null })
  })
})
