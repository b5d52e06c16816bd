import { describe, expect, test } from 'bun:test'
import type { RedactReport, RedactRequest } from '../../src/book/contract.ts'
import { readConfig } from '../../src/config.ts'
import { parseRetentionRules, RuledRetention, rulesAt } from '../../src/ingest/retention-rules.ts'
import { rulesOf } from '../../src/retention.ts'

const dayMs = 86_400_000
const now = Date.UTC(2026, 10, 22, 9, 30)
const rules = rulesOf(readConfig(['--retain-facility', 'shop-*=7d', '--retain-level=debug=3d'], {}))

const day = (name: string): number => Date.parse(`${name}T00:00Z`) / 60_000

/** A book that has so many days to build anew, and says what it was asked. */
function bookOf(days: number) {
  const asked: RedactRequest[] = []
  const left = { days }
  const redact = (request: RedactRequest): Promise<RedactReport> => {
    asked.push(request)
    const done = Math.min(left.days, request.daysMax ?? left.days)
    left.days -= done
    const names = Array.from({ length: done }, (_, i) => `day ${i}`)
    const counts = { pages: done, events: done * 10, bytes: 0, damagedPages: 0 }
    return Promise.resolve({ closedThrough: 1, days: names, ...counts })
  }
  return { asked, redact }
}

describe('rules of retention', () => {
  test('come from flags that may be given several times, and from lists', () => {
    const twice = ['--retain-facility', 'a=1d', '--retain-facility=b*=2d,c=3d']
    expect(rulesOf(readConfig(twice, {}))).toEqual([
      { facility: 'a', level: null, days: 1 },
      { facility: 'b*', level: null, days: 2 },
      { facility: 'c', level: null, days: 3 },
    ])
    const environment = { MINUTEBOOK_RETAIN_LEVEL: 'debug=1d,warning=30d' }
    expect(rulesOf(readConfig([], environment)).map(({ level }) => level)).toEqual([7, 4])
    expect(rulesOf(readConfig(['--retain-facility', 'a=b=4d'], {}))).toEqual([
      { facility: 'a=b', level: null, days: 4 },
    ])
  })

  test.each([
    ['shop', 'facility'],
    ['shop=7', 'facility'],
    ['shop=0d', 'facility'],
    ['shop=40000d', 'facility'],
    ['=7d', 'facility'],
    ['a**=7d', 'facility'],
    ['loud=7d', 'level'],
  ] as const)('%s of a %s is none', (list, of) => {
    expect(parseRetentionRules(list, of)).toBeString()
    expect(() => rulesOf(readConfig([`--retain-${of}`, list], {}))).toThrow(`--retain-${of}`)
  })

  test('mean whole days', () => {
    const meant = [
      { beforeMinute: day('2026-11-15'), facilities: ['shop-*'], levels: null },
      { beforeMinute: day('2026-11-19'), facilities: null, levels: [7] },
    ]
    expect(rulesAt(rules, now)).toEqual(meant)
    expect(rulesAt(rules, Date.UTC(2026, 10, 22))).toEqual(meant)
  })

  test('are applied together, once a day, two days a run and a run an hour', async () => {
    const book = bookOf(5)
    const retention = new RuledRetention(rules, book, 1_000)
    const hour = 3_600_000
    expect(await retention.run(now)).toMatchObject({ events: 20 })
    expect(await retention.run(now + hour - 1)).toBeNull()
    expect(await retention.run(now + hour)).toMatchObject({ events: 20 })
    expect(await retention.run(now + 2 * hour)).toMatchObject({ events: 10 })
    expect(await retention.run(now + 3 * hour)).toBeNull()
    expect(book.asked).toHaveLength(3)
    expect(await retention.run(now + dayMs)).toBeNull()
    expect(book.asked).toHaveLength(4)
    expect(book.asked[0]).toMatchObject({ why: 'retention', by: 'retention', keepFreeBytes: 1_000 })
    expect(book.asked[0]?.rules).toHaveLength(2)
  })

  test('ask nothing where there are none', async () => {
    const book = bookOf(5)
    expect(await new RuledRetention([], book, 0).run(now)).toBeNull()
    expect(book.asked).toEqual([])
  })
})
