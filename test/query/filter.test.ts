import { afterAll, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { EventFilter } from '../../src/query/contract.ts'
import { scan } from '../../src/query/scan.ts'
import { makeBook, openSource, plainEvents } from './book-fixture.ts'
import { seedNote } from './seed.ts'
import type { TypedEvent } from './typed-event.ts'

const { seed } = seedNote('filter')
const first = 29_400_000
const pages = Array.from({ length: 12 }, (_, i) => {
  const minute = first + i * 3
  const blocks = Array.from({ length: 1 + (i % 3) }, (_, part) =>
    plainEvents(minute, [1, 7, 90][(i + part) % 3] ?? 0, i * 5 + part * 100),
  )
  return { minute, blocks }
})

const book = makeBook(pages)
const source = openSource(book)
afterAll(() => {
  source.reader[Symbol.dispose]()
  book[Symbol.dispose]()
})

const subset = <T>(...values: T[]): fc.Arbitrary<readonly T[] | null> =>
  fc.option(fc.subarray(values), { nil: null })

const filters: fc.Arbitrary<EventFilter> = fc.record({
  facility: subset('checkout', 'billing', 'search', 'nobody'),
  level: subset(0, 1, 2, 3, 4, 5, 6, 7),
  event: subset('payment declined', 'cart opened', 'query ran', 'cache missed', 'payment'),
})

function passes(event: TypedEvent, filter: EventFilter): boolean {
  return (
    (filter.facility?.includes(event.facility) ?? true) &&
    (filter.level?.includes(event.level) ?? true) &&
    (filter.event?.includes(event.event) ?? true)
  )
}

test('a scan finds the rows that pass, and only those', () => {
  const minutes = fc.integer({ min: first - 2, max: first + 40 })
  fc.assert(
    fc.property(filters, minutes, minutes, (filter, from, through) => {
      const found: string[] = []
      for (const match of scan(source, { from, through, filter })) {
        if (match === null) continue
        const { minute, entry } = match
        const rows = match.rows ?? Array.from({ length: match.count }, (_, row) => row)
        expect(rows).toHaveLength(match.count)
        for (const row of rows) found.push(`${minute}/${entry.part}/${row}`)
      }
      const wanted = pages
        .filter(({ minute }) => minute >= from && minute <= through)
        .flatMap(({ minute, blocks }) =>
          blocks.flatMap((events, part) =>
            events.flatMap((event, row) =>
              passes(event, filter) ? [`${minute}/${part}/${row}`] : [],
            ),
          ),
        )
      expect(found).toEqual(wanted)
    }),
    { numRuns: 300, seed },
  )
})

test('a block none of whose rows can pass is not opened', () => {
  let opened = 0
  const counting = {
    ...source,
    openBlock: (bytes: Uint8Array) => {
      opened++
      return source.openBlock(bytes)
    },
  }
  const range = { from: first, through: first }
  const [level] = pages[0]?.blocks[0]?.map((event) => event.level) ?? []
  const others = [0, 1, 2, 3, 4, 5, 6, 7].filter((each) => each !== level)
  const none: EventFilter = { facility: null, level: others, event: null }
  expect([...scan(counting, { ...range, filter: none })]).toEqual([])
  expect(opened).toBe(0)
  const some: EventFilter = { facility: null, level: [level ?? 0], event: null }
  expect([...scan(counting, { ...range, filter: some })]).toHaveLength(1)
  expect(opened).toBe(1)
})

test('a block that is opened for nothing has only the asked columns decompressed', () => {
  const touched: PropertyKey[] = []
  const watching = {
    ...source,
    openBlock: (bytes: Uint8Array) =>
      new Proxy(source.openBlock(bytes), {
        get(block, name) {
          const member: unknown = Reflect.get(block, name)
          if (typeof member !== 'function') return member
          touched.push(name)
          return member.bind(block)
        },
      }),
  }
  const filter: EventFilter = { facility: ['nobody'], level: null, event: ['cart opened'] }
  expect([...scan(watching, { from: first, through: first, filter })]).toEqual([null])
  expect(touched).toEqual(['facility'])
})
