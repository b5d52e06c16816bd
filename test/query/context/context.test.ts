import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatEventId } from '../../../src/event/event-id.ts'
import { eventContext } from '../../../src/query/context/context.ts'
import type { ContextRequest } from '../../../src/query/context/contract.ts'
import { QueryRefused } from '../../../src/query/search/contract.ts'
import type { QueryClock } from '../../../src/query/selection.ts'
import type { WorkContext } from '../../../src/query/work/contract.ts'
import { makeBook, openSource, openWriter, plainEvents } from '../book-fixture.ts'
import { arbitraryBook } from '../search/arbitrary-book.ts'
import { inOrder, placed } from '../search/placed.ts'
import { contextOf, idsOf, KeepingSink } from '../search/work-fixture.ts'
import { seedNote } from '../seed.ts'

const { seed } = seedNote('context')

function requestOf(partial: Partial<ContextRequest>): ContextRequest {
  return {
    id: '',
    before: 2,
    after: 2,
    clock: 'timestamp',
    format: 'ndjson',
    encoding: 'identity',
    fields: null,
    ...partial,
  }
}

const idOf = (minute: number, row: number): string => formatEventId({ minute, part: 0, row })

async function ask(context: WorkContext, partial: Partial<ContextRequest>): Promise<KeepingSink> {
  const sink = new KeepingSink()
  await eventContext(context, requestOf(partial), sink)
  return sink
}

test('the context of an event is what stands around it, of its facility', async () => {
  const asked = fc.record({
    at: fc.nat(),
    before: fc.integer({ min: 0, max: 9 }),
    after: fc.integer({ min: 0, max: 9 }),
    clock: fc.constantFrom<QueryClock>('timestamp', 'received'),
  })
  await fc.assert(
    fc.asyncProperty(arbitraryBook, fc.array(asked, { maxLength: 8 }), async (pages, questions) => {
      using made = makeBook(pages)
      const source = openSource(made)
      using _reader = source.reader
      const context = contextOf({ source })
      const all = placed(pages)
      for (const { at, before, after, clock } of questions) {
        const middle = all[at % all.length]
        const { facility } = middle?.event ?? {}
        const around = inOrder(
          all.filter(({ event }) => event.facility === facility),
          clock,
        ).map(({ id }) => id)
        const index = around.indexOf(middle?.id ?? '')
        const id = middle?.id ?? ''
        expect(idsOf(await ask(context, { id, before, after, clock }))).toEqual(
          around.slice(Math.max(0, index - before), index + after + 1),
        )
      }
    }),
    { numRuns: 100, seed },
  )
}, 60_000)

describe('the context of an event', () => {
  const first = 29_400_000
  const pages = [0, 1, 2].map((i) => ({
    minute: first + i,
    blocks: [plainEvents(first + i, 30, i * 30)],
  }))
  test('is framed in JSON', async () => {
    using made = makeBook(pages)
    const source = openSource(made)
    using _reader = source.reader
    const id = idOf(first + 1, 4)
    const sink = await ask(contextOf({ source }), { id, format: 'json', fields: ['id'] })
    const body: unknown = JSON.parse(sink.text())
    expect(body).toMatchObject({
      id,
      events: [-6, -3, 0, 3, 6].map((step) =>
        step < -4 ? { id: idOf(first, 28) } : { id: idOf(first + 1, 4 + step) },
      ),
      closedThrough: new Date((first + 2) * 60_000).toISOString().replace(':00.000Z', 'Z'),
      scanned: { minutes: expect.any(Number) },
    })
  })

  test('is refused with the reason', async () => {
    using made = makeBook(pages)
    const source = openSource(made)
    using _reader = source.reader
    const refusalOf = async (id: string): Promise<string> => {
      try {
        await ask(contextOf({ source }), { id })
      } catch (error) {
        if (error instanceof QueryRefused) return error.refusal
        throw error
      }
      return 'answered'
    }
    expect(await refusalOf(idOf(first, 3))).toBe('answered')
    expect(await refusalOf(idOf(first, 30))).toBe('none')
    expect(await refusalOf(idOf(first - 1, 0))).toBe('none')
    expect(await refusalOf(idOf(first + 3, 0))).toBe('open')
    expect(await refusalOf('not an id')).toBe('none')
    using writer = openWriter(made.bookDirectory)
    writer.drop(first + 1, false, 'test')
    expect(await refusalOf(idOf(first, 3))).toBe('dropped')
  })
})
