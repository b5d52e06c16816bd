import { expect, test } from 'bun:test'
import {
  parseTimePoint,
  parseTimeSpan,
  timeForms,
} from '../../../src/query/language/time-expression.ts'

const now = Date.UTC(2026, 10, 22, 12, 34, 56, 789)
const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

test('a time is now, or before now by seconds, minutes, hours, days or weeks', () => {
  const cases: [string, number][] = [
    ['now', 0],
    ['now-15m', 15 * minute],
    ['-15m', 15 * minute],
    ['-0s', 0],
    ['-90s', 90 * second],
    ['-2h', 2 * hour],
    ['-7d', 7 * day],
    ['-2w', 14 * day],
  ]
  for (const [text, before] of cases) {
    expect({ text, at: parseTimePoint(text, now) }).toEqual({
      text,
      at: { ms: now - before, nanos: 0 },
    })
  }
})

test('a time is RFC 3339, to the nanosecond', () => {
  expect(parseTimeSpan('2026-11-22T13:34:56.789000001+01:00', 0)).toEqual({
    start: { ms: now, nanos: 1 },
    end: null,
  })
  expect(parseTimePoint('1969-12-31T23:59:59.9999Z', 0)).toEqual({ ms: -1, nanos: 900_000 })
})

test('the name of a minute, an hour or a day covers all of it', () => {
  const midnight = Date.UTC(2026, 10, 22)
  const cases: [string, number, number][] = [
    ['2026-11-22', midnight, day],
    ['2026-11-22T12Z', midnight + 12 * hour, hour],
    ['2026-11-22T12:34Z', midnight + 12 * hour + 34 * minute, minute],
  ]
  for (const [text, start, length] of cases) {
    expect(parseTimeSpan(text, now)).toEqual({
      start: { ms: start, nanos: 0 },
      end: { ms: start + length, nanos: 0 },
    })
  }
})

test('anything else is no time', () => {
  const texts = [
    '',
    'then',
    'NOW',
    '15m',
    '+15m',
    'now+15m',
    '-15',
    '-m',
    '-1.5h',
    '-1M',
    '-1y',
    ' now',
    'now ',
    '2026-11-22T12:34:56',
    '2026-11-22T12:34:60Z',
    '2026-02-29',
    '2026-11',
    '20261122',
    '1795350896789',
    '9999-12-31',
    '-999999999999999w',
    `${'0'.repeat(5000)}`,
  ]
  for (const text of texts) {
    expect({ text, span: parseTimeSpan(text, now) }).toEqual({ text, span: undefined })
  }
})

test('the forms that errors name are times', () => {
  for (const form of timeForms) {
    const examples = form.match(/now(?:-15m)?|-15m|2026\S*/g) ?? []
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) expect(parseTimeSpan(example, now)).toBeDefined()
  }
})
