import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DiskTrouble } from '../../src/book/disk-trouble.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { SmallDisk } from '../fault/small-disk.ts'
import { BookFixture, dayStart } from './book-fixture.ts'
import { eventsIn, redact, requestOf } from './redaction-fixture.ts'

const MiB = 1024 * 1024
const probe = SmallDisk.mount(MiB)
const canMount = probe !== null
probe?.[Symbol.dispose]()
if (!canMount) process.stderr.write('skipped: mounting a small tmpfs is not permitted here\n')
const minutes = [0, 1, 2, 3, 4, 5].map((each) => dayStart + each)
const request = requestOf({ facilities: ['checkout'] })

function bookOn(disk: SmallDisk): BookFixture {
  const book = new BookFixture({ directory: join(disk.path, 'book') })
  for (const minute of minutes) book.page(minute, 2_000, 2)
  return book
}

const days = (book: BookFixture): string[] =>
  readdirSync(book.directory).filter((name) => name.startsWith('2026-'))

test.skipIf(!canMount)(
  'a disk without room, or that fills up meanwhile, leaves the day as it was',
  async () => {
    using disk = SmallDisk.mount(12 * MiB)
    if (disk === null) throw new Error('no disk')
    using book = bookOn(disk)
    const before = minutes.map((minute) => eventsIn(book.reader(), minute))
    disk.fill(MiB)
    expect(() => redact(book.writer, request)).toThrow(DiskTrouble)
    disk.clear()
    const fill = (step: number): void => {
      if (step === 12) disk.fill(MiB)
    }
    expect(() => redact(book.writer, request, fill)).toThrow(DiskTrouble)
    disk.clear()
    // Others want space too.
    const greedy = { ...request, keepFreeBytes: 11 * MiB }
    expect(() => redact(book.writer, greedy)).toThrow(DiskTrouble)
    expect(book.writer.state.redactions).toBe(0)
    expect(days(book)).toEqual(['2026-11-22.g1'])
    expect(minutes.map((minute) => eventsIn(book.reader(), minute))).toEqual(before)
    expect((await verifyBook(book.directory, () => {})).findings).toEqual([])
    expect(redact(book.writer, request).pages).toBe(6)
    expect((await verifyBook(book.directory, () => {})).findings).toEqual([])
  },
  30_000,
)
