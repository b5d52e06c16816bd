import { expect, test } from 'bun:test'
import { BookFixture, dayStart } from './book-fixture.ts'

/** A month is benched; a day and a half shows the same cost of a page. */
const pages = 2_000

test('a page of one event costs at most 1 KiB on the disk, everything counted', () => {
  using book = new BookFixture()
  for (let i = 0; i < pages; i++) book.page(dayStart + i, 1)
  const { bytesOnDisk } = book.writer.stats()
  const { directory } = book
  book.release()
  const du = Bun.spawnSync(['du', '-s', '--block-size=1', directory]).stdout.toString()
  const bytes = Number(du.split('\t')[0])
  expect(bytes).toBeGreaterThan(pages * 200)
  // The one `meta` environment is allocated ahead, whatever the number of pages.
  expect((bytes - 640 * 1_024) / pages).toBeLessThan(1_024)
  expect(bytesOnDisk).toBeLessThanOrEqual(bytes)
})
