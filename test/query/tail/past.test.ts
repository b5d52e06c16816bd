import { expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { defaultLimits } from '../../../src/event/limits.ts'
import { formatMinute } from '../../../src/event/time.ts'
import type { TailRequest } from '../../../src/query/tail/contract.ts'
import { TailService } from '../../../src/query/tail/tail-service.ts'
import { type FixtureBook, makeBook, openWriter, plainEvents } from '../book-fixture.ts'
import { damageBlock } from '../damage-book.ts'
import { everything } from './everything.ts'
import { Reading } from './reading.ts'

const first = 29_400_000
const never = new AbortController().signal

/** What a tail reads that begins before the first page of a book without open minutes. */
function serviceOf({ dataDirectory }: FixtureBook, closedThrough: number): TailService {
  mkdirSync(join(dataDirectory, 'journal'))
  return new TailService({
    data: { dataDirectory, limits: defaultLimits, blockColumnsMax: 64 },
    tailsMax: 8,
    cut: () => ({ closedThrough, minutes: [] }),
    onDeath: (error) => {
      throw error
    },
  })
}

const fromTheStart: TailRequest = {
  ...everything,
  after: { minute: 0, part: 0, row: 0 },
  heartbeatMs: 200,
}

const pagesOf = (counts: readonly number[]) =>
  counts.map((count, i) => ({
    minute: first + i,
    blocks: [plainEvents(first + i, count), plainEvents(first + i, 3, count)],
  }))

const idOf = (minute: number, rest: string): string => minute.toString(16).padStart(8, '0') + rest

test('a damaged page is named, and the tail goes on behind it', async () => {
  using book = makeBook(pagesOf([10, 20, 30]))
  damageBlock(book, first + 1, 1)
  await using service = serviceOf(book, first + 2)
  const reading = new Reading(service.open(fromTheStart, never))
  await reading.until(new RegExp(`"position":"${idOf(first + 2, 'ffffffff')}"`))
  expect(reading.text).toContain(`"minute":"${formatMinute(first + 1)}"}`)
  expect(reading.text.match(/event: error/g)).toHaveLength(1)
  // What its other blocks hold is given.
  const ids = [...reading.text.matchAll(/^data: \{"id":"([0-9a-f]+)"/gm)].map((match) => match[1])
  expect(ids).toHaveLength(13 + 20 + 33)
  expect(ids).toEqual(ids.toSorted())
})

test('more tails than may catch up at once all come to the end', async () => {
  using book = makeBook(pagesOf([2_000, 3_000]))
  await using service = serviceOf(book, first + 1)
  const readings = Array.from({ length: 8 }, () => new Reading(service.open(fromTheStart, never)))
  const end = new RegExp(`"position":"${idOf(first + 1, 'ffffffff')}"`)
  await Promise.all(readings.map((reading) => reading.until(end)))
  for (const { text } of readings) expect(text.match(/^data: \{"id"/gm)).toHaveLength(5_006)
})

test('a tail whose pages are dropped before it came to them ends with word of it', async () => {
  using book = makeBook(pagesOf([9_000, 2_000, 3_000]))
  await using service = serviceOf(book, first + 2)
  const reading = new Reading(service.open(fromTheStart, never))
  // Whatever comes first, and no more.
  await reading.until(/\n/)
  {
    // The reader holds back meanwhile: what may wait for it is less than half of the first page.
    using writer = openWriter(book.bookDirectory)
    writer.drop(first + 2, false, 'test')
  }
  await reading.until(/event: error\ndata: \{"code":"dropped"/)
  expect(await reading.isOver()).toBe(true)
  expect(reading.text).not.toContain(`"id":"${idOf(first + 2, '0000')}`)
})
