import { describe, expect, test } from 'bun:test'
import {
  checkBuckets,
  columnOf,
  columnsOf,
  formatEvery,
  parseAggregates,
  parseBy,
  parseEvery,
  parseOrder,
  StatsParameterError,
} from '../../../src/query/stats/request.ts'

function refusalOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof StatsParameterError) return `${error.parameter} ${error.message}`
    throw error
  }
  return 'none'
}

describe('by', () => {
  test('names fields, fixed ones and paths', () => {
    expect(parseBy(['facility, http.method', '"odd, name"', 'additional.level'])).toEqual([
      { of: 'facility' },
      { of: 'additional', path: 'http.method' },
      { of: 'additional', path: 'odd, name' },
      { of: 'additional', path: 'level' },
    ])
    expect(parseBy([])).toEqual([])
  })

  test('says where and what', () => {
    expect(refusalOf(() => parseBy(['level,,event']))).toBe(
      'by has nothing at column 7; expected the name of a field, in quotes if it has unusual characters',
    )
    expect(refusalOf(() => parseBy(['level, a b']))).toContain('at column 8')
    expect(refusalOf(() => parseBy(['level,"a']))).toContain(
      'has "\\"a" at column 7; expected a closing quote',
    )
    expect(refusalOf(() => parseBy(['a', 'additional.a']))).toContain('"a" twice')
    expect(refusalOf(() => parseBy(['a,b,c,d,e,f,g,h,i']))).toContain('at most 8')
  })
})

describe('agg', () => {
  test('reads what columnOf writes', () => {
    const text = 'count,rate,distinct(user_id),sum(a),p99.9(duration_ms),min(timestamp)'
    expect(parseAggregates([text]).map(columnOf)).toEqual(text.split(','))
    expect(parseAggregates(['p99("odd, (name)")']).map(columnOf)).toEqual(['p99(odd, (name))'])
    expect(parseAggregates([]).map(columnOf)).toEqual(['count'])
  })

  test('says where and what', () => {
    expect(refusalOf(() => parseAggregates(['count,p98(a)']))).toMatch(
      /^agg has "p98\(a\)" at column 7; expected one of count, rate, distinct\(field\), sum\(field\), .*p99\.9\(field\)$/,
    )
    expect(refusalOf(() => parseAggregates(['sum( )']))).toContain(
      'has nothing at column 6; expected the name of a field',
    )
    expect(refusalOf(() => parseAggregates(['count,']))).toContain(
      'nothing at column 7; expected one',
    )
    expect(refusalOf(() => parseAggregates(['sum']))).toBe(
      'agg has "sum" at column 1; expected sum(field): it needs a field',
    )
    expect(refusalOf(() => parseAggregates(['p50(a']))).toContain('its parenthesis is not closed')
    expect(refusalOf(() => parseAggregates(['count(a)']))).toContain('count: it takes no field')
    expect(refusalOf(() => parseAggregates(['avg(level)']))).toContain(
      'has "level" at column 5; expected a field of',
    )
    expect(refusalOf(() => parseAggregates(['avg(timestamp)']))).toContain('for min and max')
    expect(refusalOf(() => parseAggregates(['count', 'count']))).toContain('"count" twice')
  })
})

describe('every', () => {
  test('reads what formatEvery writes', () => {
    const lengths = ['1s', '90s', '1m', '15m', '1h', '36h', '1d', '1w', '52w']
    expect(lengths.map((text) => formatEvery(parseEvery(text)))).toEqual(lengths)
    expect(parseEvery('1w')).toBe(604_800_000)
    expect(formatEvery(parseEvery('60s'))).toBe('1m')
  })

  test('refuses other spellings, and too short or long ones', () => {
    for (const text of ['', '1', 'm', '0m', '1M', '1.5h', '-1h', '367d', '999999999w', '500ms']) {
      expect(refusalOf(() => parseEvery(text))).toContain('every is a whole number and s, m, h, d')
    }
  })

  test('has a maximum of buckets', () => {
    expect(refusalOf(() => checkBuckets(1000, { from: 0, to: 50_000_000 }))).toBe('none')
    expect(refusalOf(() => checkBuckets(1000, { from: 0, to: 50_000_001 }))).toContain(
      '50000 buckets',
    )
    expect(refusalOf(() => checkBuckets(1000, { from: null, to: 50_000_001 }))).toBe('none')
  })
})

test('an order is one of the columns', () => {
  const columns = columnsOf({
    by: parseBy(['level', 'count']),
    every: 60_000,
    aggregates: parseAggregates(['count']),
  })
  expect(columns).toEqual(['time', 'level', 'additional.count', 'count'])
  expect(parseOrder('-count', columns)).toEqual({ column: 'count', descending: true })
  expect(parseOrder('time', columns)).toEqual({ column: 'time', descending: false })
  expect(refusalOf(() => parseOrder('-counts', columns))).toContain('order is one of time, level')
})
