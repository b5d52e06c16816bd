import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { minuteKey, partKey, rollupKey } from '../../src/book/layout.ts'
import { verifyBook } from '../../src/book/verify.ts'
import { parseEventId } from '../../src/event/event-id.ts'
import { decodeDirectory } from '../../src/page/directory.ts'
import { BookFixture, dayStart } from './book-fixture.ts'
import { eventsIn, everything, type HeldEvent, redact, requestOf } from './redaction-fixture.ts'

const quiet = (): void => {}
const all = { from: 0, through: 0xffff_ffff, limit: 1_000_000, order: 'asc' } as const
const minutes = [0, 1, 60, 61, 750, 1_439, 1_440, 1_441].map((each) => dayStart + each)
const large = dayStart + 61

/** Two days; one page has blocks of its own, another is of a single event (of checkout). */
function someBook(): BookFixture {
  const book = new BookFixture()
  for (const minute of minutes) {
    if (minute === large) book.page(minute, 3_000, 2)
    else book.page(minute, minute === dayStart + 1 ? 1 : 40)
  }
  return book
}

const fewMinutes = [0, 61, 1_440].map((each) => dayStart + each)

function smallBook(): BookFixture {
  const book = new BookFixture()
  for (const minute of fewMinutes) book.page(minute, 40)
  return book
}

function allEvents(book: BookFixture): Map<number, HeldEvent[]> {
  const reader = book.reader()
  return new Map(minutes.map((minute) => [minute, eventsIn(reader, minute) ?? []]))
}

async function findings(book: BookFixture): Promise<readonly string[]> {
  return (await verifyBook(book.directory, quiet)).findings.map(({ what }) => what)
}

describe('a redaction', () => {
  test('removes the events that are meant and leaves the others as they were, ids included', async () => {
    using book = someBook()
    const before = allEvents(book)
    const reader = book.reader()
    const report = redact(book.writer, requestOf({ facilities: ['check*'] }))
    const gone = [...before.values()].flat().filter(({ facility }) => facility === 'checkout')
    expect(report).toMatchObject({ pages: 8, events: gone.length, damagedPages: 0 })
    expect(report.days).toEqual(['2026-11-22', '2026-11-23'])
    reader.state()
    for (const minute of minutes) {
      const left = before.get(minute)?.filter(({ facility }) => facility !== 'checkout') ?? []
      expect(eventsIn(reader, minute)).toEqual(left)
      expect(reader.summary(minute)?.eventCount).toBe(left.length)
    }
    for (const { id } of gone) {
      const place = parseEventId(id)
      expect(place === undefined ? null : reader.wasRedacted(place)).toBe(true)
    }
    expect(reader.wasRedacted({ minute: large, part: 1, row: 3_000 })).toBe(false)
    expect(reader.wasRedacted({ minute: large, part: 2, row: 0 })).toBe(false)
    expect(await findings(book)).toEqual([])
    expect(book.writer.state.redactions).toBe(2)
  })

  test('goes by level and up to a minute, by any of several rules, a day once', async () => {
    using book = someBook()
    const before = allEvents(book)
    const rules = [
      { ...everything, levels: [3], beforeMinute: large + 1 },
      { ...everything, facilities: ['login'], levels: [6], beforeMinute: dayStart + 1 },
    ]
    const report = redact(book.writer, { ...requestOf({}), rules })
    const isLeft = ({ facility, level }: HeldEvent, minute: number): boolean =>
      !(level === 3 && minute <= large) &&
      !(facility === 'login' && level === 6 && minute === dayStart)
    const reader = book.reader()
    for (const [minute, events] of before) {
      expect(eventsIn(reader, minute)).toEqual(events.filter((each) => isLeft(each, minute)))
    }
    expect(report.days).toEqual(['2026-11-22'])
    expect(book.writer.state.redactions).toBe(1)
    expect(await findings(book)).toEqual([])
  })

  test('says what it would remove, and changes nothing, when it is only asked', async () => {
    using book = someBook()
    const before = book.writer.state
    const asked = redact(book.writer, requestOf({ facilities: ['checkout'] }, true))
    expect(book.writer.state).toEqual(before)
    expect(readdirSync(book.directory).filter((name) => name.includes('.g2'))).toEqual([])
    expect(redact(book.writer, requestOf({ facilities: ['checkout'] }))).toEqual({
      ...asked,
      bytes: expect.any(Number),
    })
    expect(redact(book.writer, requestOf({ facilities: ['checkout'] }))).toMatchObject({
      pages: 0,
      events: 0,
    })
    expect(book.writer.state.redactions).toBe(2)
  })

  test('hides a page of which nothing is left, and the chain goes on behind it', async () => {
    using book = someBook()
    redact(book.writer, requestOf({ facilities: ['checkout'] }))
    const reader = book.reader()
    const shown = minutes.filter((minute) => minute !== dayStart + 1)
    for (const limit of [1, 2, 3, 100]) {
      const asc = [...reader.summaries({ ...all, limit })].map(({ minute }) => minute)
      expect(asc).toEqual(shown.slice(0, limit))
      const desc = [...reader.summaries({ ...all, limit, order: 'desc' })]
      expect(desc.map(({ minute }) => minute)).toEqual(shown.toReversed().slice(0, limit))
    }
    expect(reader.tally(dayStart + 1)).toBeNull()
    redact(book.writer, requestOf({}))
    reader.state()
    expect([...reader.summaries(all)]).toEqual([])
    expect(reader.rollup('day', dayStart)).toBeNull()
    book.page(dayStart + 1_500, 5)
    expect(await findings(book)).toEqual([])
  })

  test('counts anew what sums up its pages', async () => {
    using book = someBook()
    redact(book.writer, requestOf({ facilities: ['login'] }))
    const reader = book.reader()
    const checkout = reader.rollup('day', dayStart)
    expect([...(checkout?.facilities.keys() ?? [])]).toEqual(['checkout'])
    const left = minutes.filter((minute) => minute < dayStart + 1_440)
    const events = left.reduce((sum, each) => sum + (reader.summary(each)?.eventCount ?? 0), 0)
    expect(checkout?.eventCount).toBe(events)
    expect(reader.rollup('hour', dayStart)?.facilities.has('login')).toBe(false)
    expect(book.writer.stats().events).toBe(
      [...reader.summaries(all)].reduce((sum, each) => sum + each.eventCount, 0),
    )
    expect(await findings(book)).toEqual([])
  })

  test('lets minutes close and blocks come meanwhile', async () => {
    using book = someBook()
    const today = dayStart + 1_442
    book.put(today + 3, 2_000)
    const steps: number[] = []
    redact(book.writer, requestOf({ facilities: ['checkout'] }), (step) => {
      steps.push(step)
      if (step === 4) book.page(today, 9)
      if (step === 12) book.page(today + 1, 2_500, 2)
    })
    expect(Math.max(...steps)).toBeGreaterThan(12)
    book.close(today + 3, 1)
    const reader = book.reader()
    expect(eventsIn(reader, today)).toHaveLength(9)
    expect(eventsIn(reader, today + 1)).toHaveLength(5_000)
    expect(eventsIn(reader, today + 3)).toHaveLength(2_000)
    expect(await findings(book)).toEqual([])
  })

  test('can be repeated, and the chain tells each', async () => {
    using book = someBook()
    for (const levels of [[3], [6], [3, 6]]) {
      redact(book.writer, requestOf({ levels, facilities: levels[0] === 6 ? ['login'] : null }))
    }
    expect(book.writer.state.redactions).toBe(6)
    expect([...book.reader().summaries(all)]).toEqual([])
    expect(await findings(book)).toEqual([])
    book.reopen()
    expect(await findings(book)).toEqual([])
  })

  test('goes together with drops', async () => {
    using book = someBook()
    redact(book.writer, requestOf({ facilities: ['checkout'] }))
    book.writer.drop(dayStart + 61, false, 'early')
    expect(await findings(book)).toEqual([])
    redact(book.writer, requestOf({ levels: [3] }))
    expect(await findings(book)).toEqual([])
    book.writer.drop(dayStart + 1_440, false, 'early')
    expect(await findings(book)).toEqual([])
    expect(eventsIn(book.reader(), dayStart + 1_440)?.length).toBeGreaterThan(5)
  })

  test('begins a day anew when pages of it are dropped meanwhile, and leaves a dropped day alone', async () => {
    using book = someBook()
    redact(book.writer, requestOf({ facilities: ['checkout'] }), (step) => {
      if (step === 12) book.writer.drop(dayStart + 60, false, 'early')
    })
    expect(eventsIn(book.reader(), dayStart + 60)?.some((e) => e.facility === 'checkout')).toBe(
      false,
    )
    expect(await findings(book)).toEqual([])
    using other = someBook()
    redact(other.writer, requestOf({ facilities: ['checkout'] }), (step) => {
      if (step === 12) other.writer.drop(dayStart + 1_440, false, 'early')
    })
    expect(readdirSync(other.directory).filter((name) => name.startsWith('2026-11-22'))).toEqual([])
    expect(await findings(other)).toEqual([])
  })
})

describe('a redaction that is interrupted', () => {
  test('leaves every day as it was or as it is to be, whichever step it comes to', async () => {
    const steps: number[] = []
    {
      using book = smallBook()
      redact(book.writer, requestOf({ facilities: ['checkout'] }), (step) => steps.push(step))
    }
    for (let stop = 1; stop <= steps.length; stop += 3) {
      using book = smallBook()
      const before = allEvents(book)
      const work = book.writer.redact(requestOf({ facilities: ['checkout'] }))
      for (let step = 0; step < stop; step++) work.next()
      // Without `return`: as a crash leaves it.
      book.reopen()
      expect(await findings(book)).toEqual([])
      const reader = book.reader()
      for (const day of [0, 1]) {
        const ofDay = fewMinutes.filter((each) => Math.floor((each - dayStart) / 1_440) === day)
        const isRedacted = ofDay.map(
          (minute) => (eventsIn(reader, minute)?.length ?? 0) < (before.get(minute)?.length ?? 0),
        )
        expect(new Set(isRedacted).size).toBe(1)
      }
      expect(readdirSync(book.directory).filter((name) => name.startsWith('2026-'))).toHaveLength(2)
      redact(book.writer, requestOf({ facilities: ['checkout'] }))
      expect(await findings(book)).toEqual([])
    }
  })

  test('before its commit is as if it had not been', async () => {
    using book = someBook()
    book.crashBeforeMeta(() => redact(book.writer, requestOf({ facilities: ['checkout'] })))
    expect(eventsIn(book.reader(), dayStart)).toHaveLength(40)
    expect(book.writer.state.redactions).toBe(0)
    expect(await findings(book)).toEqual([])
  })

  test('given up, takes away what it had begun', async () => {
    using book = someBook()
    const work = book.writer.redact(requestOf({ facilities: ['checkout'] }))
    for (let step = 0; step < 14; step++) work.next()
    expect(existsSync(join(book.directory, '2026-11-22.g2'))).toBe(true)
    const nothing = {
      closedThrough: null,
      pages: 0,
      events: 0,
      bytes: 0,
      days: [],
      damagedPages: 0,
    }
    work.return(nothing)
    expect(existsSync(join(book.directory, '2026-11-22.g2'))).toBe(false)
    redact(book.writer, requestOf({ facilities: ['checkout'] }))
    expect(await findings(book)).toEqual([])
  })
})

describe('the generation before', () => {
  test('stays for those who read it, and goes then', () => {
    using book = someBook()
    redact(book.writer, requestOf({ facilities: ['checkout'] }))
    expect(existsSync(join(book.directory, '2026-11-22.g1'))).toBe(true)
    book.writer.unlinkLeft(0)
    expect(existsSync(join(book.directory, '2026-11-22.g1'))).toBe(false)
    expect(eventsIn(book.reader(), dayStart)?.length).toBeGreaterThan(5)
  })

  test('goes at the next start', () => {
    using book = someBook()
    redact(book.writer, requestOf({ facilities: ['checkout'] }))
    book.reopen()
    expect(existsSync(join(book.directory, '2026-11-22.g1'))).toBe(false)
  })
})

describe('verify, of a redacted book', () => {
  const day = '2026-11-22'
  const damages: readonly [what: string, table: string, key: Buffer, at: number, found: RegExp][] =
    [
      ['a block', 'parts', partKey(large, 1), 100, /does not match its digest/],
      ['a record', 'pages', minuteKey(dayStart), 60, /checksum/],
      ['a roll-up', 'rollups', rollupKey('hour', dayStart), 20, /checksum/],
      [
        'a list of pages',
        'rollups',
        Buffer.from([0x72, 0, 0, 0, 1]),
        30,
        /redaction 1: .*checksum/,
      ],
    ]
  for (const [what, table, key, at, found] of damages) {
    test(`finds ${what} that was changed outside of a redaction`, async () => {
      using book = someBook()
      redact(book.writer, requestOf({ facilities: ['checkout'] }))
      book.damage(`${day}.g2`, table, key, at)
      expect((await findings(book)).join('\n')).toMatch(found)
    })
  }

  test('finds a page that was put back as it had been', async () => {
    using book = someBook()
    const restore = book.saveDirectory('2026-11-22.g1')
    redact(book.writer, requestOf({ facilities: ['checkout'] }))
    const meta = book.saveDirectory('meta')
    book.release()
    restore()
    meta()
    book.moveGeneration(day, 1, 2)
    expect((await findings(book)).join('\n')).toMatch(/the list of its pages is missing/)
  })

  test('finds a redaction that was taken out of the chain, or that nobody recorded', async () => {
    using book = someBook()
    redact(book.writer, requestOf({ facilities: ['checkout'] }))
    redact(book.writer, requestOf({ levels: [3] }))
    book.removeMeta(Buffer.from('redaction/00000001'))
    const what = (await findings(book)).join('\n')
    expect(what).toMatch(/chain of redactions/)
    expect(what).toMatch(/the link of the page is not its own|redactions of the page/)
  })

  test('leaves a damaged page as it is, and says so', async () => {
    using book = someBook()
    book.damage(day, 'parts', partKey(large, 0), 100)
    const report = redact(book.writer, requestOf({ facilities: ['checkout'] }))
    expect(report.damagedPages).toBe(1)
    const { findings: found } = await verifyBook(book.directory, quiet)
    const pages = found.filter(({ what }) => !what.includes('roll-up'))
    expect(pages.map(({ minute }) => minute)).toContain(large)
    expect(
      decodeDirectory(book.reader().directory(dayStart) ?? new Uint8Array()).blocks,
    ).toHaveLength(1)
  })
})
