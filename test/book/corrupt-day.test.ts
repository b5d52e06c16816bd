import { describe, expect, test } from 'bun:test'
import { readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DamagedPage } from '../../src/book/contract.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { BookFixture, dayStart } from './book-fixture.ts'

const quiet = (): void => {}

function twoDays(): BookFixture {
  const book = new BookFixture()
  for (const minute of [0, 1, 1_440, 1_441]) book.page(dayStart + minute, 3)
  book.release()
  return book
}

for (const [name, damage] of [
  ['is cut to nothing', (path: string) => truncateSync(path, 100)],
  ['is something else', (path: string) => writeFileSync(path, Buffer.alloc(100_000, 7))],
] as const) {
  describe(`a day whose file ${name}`, () => {
    test('is set aside, and the others go on', async () => {
      using book = twoDays()
      damage(join(book.directory, '2026-11-22.g1/data.mdb'))
      expect(book.writer.aside).toMatchObject([{ day: '2026-11-22', pages: 2 }])
      expect(readdirSync(book.directory)).toContain('2026-11-22.g1.corrupt')
      const reader = book.reader()
      expect(() => reader.summary(dayStart)).toThrow(DamagedPage)
      expect(reader.summary(dayStart + 1_440)?.eventCount).toBe(3)
      expect(book.page(dayStart + 1_442, 2).summary?.eventCount).toBe(2)
      const { findings } = await verifyBook(book.directory, quiet)
      expect(findings).toHaveLength(1)
      expect(findings[0]?.what).toContain('set aside')
      book.reopen()
      expect(book.writer.aside).toEqual([])
      book.writer.drop(dayStart + 1_440, false, 'repair')
      expect((await verifyBook(book.directory, quiet)).findings).toEqual([])
    })

    test('goes on in a new directory when it is the current day', () => {
      using book = twoDays()
      damage(join(book.directory, '2026-11-23.g1/data.mdb'))
      expect(book.writer.aside).toHaveLength(1)
      book.page(dayStart + 1_442, 2)
      const reader = book.reader()
      expect(reader.summary(dayStart + 1_442)?.eventCount).toBe(2)
      expect(() => reader.directory(dayStart + 1_441)).toThrow(DamagedPage)
      expect(reader.summary(dayStart)?.eventCount).toBe(3)
      expect(readdirSync(book.directory)).toContain('2026-11-23.g2')
    })
  })
}

test('a day whose file has lost its end reads as far as it goes', () => {
  using book = new BookFixture()
  for (let minute = 0; minute < 40; minute++) book.page(dayStart + minute, 400)
  book.page(dayStart + 1_440, 1)
  book.release()
  const path = join(book.directory, '2026-11-22.g1/data.mdb')
  truncateSync(path, Math.floor(statSync(path).size / 2))
  book.page(dayStart + 1_441, 1)
  const reader = book.reader()
  let damaged = 0
  for (let minute = 0; minute < 40; minute++) {
    try {
      reader.block(dayStart + minute, 0)
    } catch (error) {
      if (!(error instanceof DamagedPage)) throw error
      damaged++
    }
  }
  expect(reader.summary(dayStart + 1_440)?.eventCount).toBe(1)
  expect(damaged).toBeGreaterThan(0)
  expect(book.writer.drop(dayStart + 1_440, false, 'repair').days).toEqual(['2026-11-22'])
})
