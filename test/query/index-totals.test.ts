import { expect, test } from 'bun:test'
import type { IndexAnswer } from '../../src/query/contract.ts'
import { makePageService } from '../../src/query/page-service.ts'
import { makeBook, openWriter, plainEvents, writePage } from './book-fixture.ts'

/** Midnight of a day. */
const day = 20_416 * 1440

const page = (minute: number, events: number) => ({
  minute,
  blocks: [plainEvents(minute, events, minute % 7)],
})

/** What a service that has counted nothing before answers. */
async function countedAfresh(dataDirectory: string): Promise<IndexAnswer> {
  await using service = makePageService({ dataDirectory })
  return await service.index()
}

test('the index follows minutes that close and pages that are dropped', async () => {
  const minutes = [30, 59, 60, 61, 700, 1439, 1440, 1500, 2880 + 5, 2880 + 70]
  using book = makeBook(minutes.map((minute, i) => page(day + minute, i + 1)))
  using writer = openWriter(book.bookDirectory)
  await using service = makePageService({ dataDirectory: book.dataDirectory })
  const { dataDirectory } = book

  const before = await service.index()
  expect(before.totals).toMatchObject({ events: 55, pages: 10 })

  writePage(writer, page(day + 2880 + 71, 20))
  writePage(writer, page(day + 3 * 1440 + 10, 3))
  const grown = await service.index()
  expect(grown.totals).toMatchObject({ events: 78, pages: 12 })
  expect(grown.newest?.minute).toBe(day + 3 * 1440 + 10)
  expect(grown).toEqual(await countedAfresh(dataDirectory))

  writer.drop(day + 61, false, 'test')
  const dropped = await service.index()
  expect(dropped.totals).toMatchObject({ events: 78 - 1 - 2 - 3, pages: 9 })
  expect(dropped.oldest?.minute).toBe(day + 61)
  expect(dropped).toEqual(await countedAfresh(dataDirectory))
  const facilities = dropped.facilities.reduce((sum, { events }) => sum + events, 0)
  expect(facilities).toBe(72)
  expect(dropped.levels.reduce((sum, rows) => sum + rows)).toBe(72)

  writer.drop(day + 2880, false, 'test')
  expect(await service.index()).toEqual(await countedAfresh(dataDirectory))
  expect((await service.index()).totals).toMatchObject({ events: 9 + 10 + 20 + 3, pages: 4 })
})
