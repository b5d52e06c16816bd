import { describe, expect, test } from 'bun:test'
import {
  formatDay, formatHour, formatMinute, formatNanoTimestamp, formatTimestamp, parseAnyPeriod, parseDay, parseEpochMs,
  parseHour, parseMinute, parseTimestamp,
} from '../../src/event/time.ts' // prettier-ignore

function read(text: string): string {
  const bytes = new TextEncoder().encode(text)
  const instant = { ms: 0, nanos: 0 }
  const wrong = parseTimestamp(bytes, 0, bytes.length, instant)
  return wrong === '' ? formatTimestamp(instant.ms, instant.nanos) : `refused: ${wrong}`
}

function readMs(text: string): string {
  const instant = { ms: 0, nanos: 0 }
  const wrong = parseEpochMs(text, instant)
  return wrong === '' ? `${instant.ms} ${instant.nanos}` : 'refused'
}

describe('timestamps', () => {
  test('offsets are brought to UTC, fractions are kept to the nanosecond', () => {
    expect(read('2026-11-22T12:34:56Z')).toBe('2026-11-22T12:34:56.000Z')
    expect(read('2026-11-22t12:34:56.7z')).toBe('2026-11-22T12:34:56.700Z')
    expect(read('2026-11-22T12:34:56.123456789+05:30')).toBe('2026-11-22T07:04:56.123456789Z')
    expect(read('2026-11-22T00:00:00-00:01')).toBe('2026-11-22T00:01:00.000Z')
    expect(read('1969-12-31T23:59:59.999999999Z')).toBe('1969-12-31T23:59:59.999999999Z')
  })

  test('every day from 0000 to 9999 is counted as the runtime counts it', () => {
    for (let day = -719_528; day <= 2_932_896; day += 97) {
      const text = new Date(day * 86_400_000).toISOString()
      expect(read(text)).toBe(text)
    }
    expect(read('0000-02-29T00:00:00Z')).toBe('0000-02-29T00:00:00.000Z')
    expect(read('9999-12-31T23:59:59.999999999Z')).toBe('9999-12-31T23:59:59.999999999Z')
  })

  test('leap seconds are refused, with the reason', () => {
    expect(read('2016-12-31T23:59:60Z')).toBe('refused: leap seconds are not kept')
  })

  test.each([
    '2026-11-22T12:34:56', '2026-11-22 12:34:56Z', '2026-13-01T00:00:00Z', '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z', '2026-04-31T00:00:00Z', '2026-11-22T24:00:00Z', '2026-11-22T12:60:00Z',
    '2026-11-22T12:34:61Z', '2026-11-22T12:34:56.Z', '2026-11-22T12:34:56.1234567890Z', '2026-11-22T12:34:56+0100',
    '2026-11-22T12:34:56+24:00', '2026-11-22T12:34:56+01:60', '2026-11-22T12:34:56ZZ', '20x6-11-22T12:34:56Z',
    '202&-11-22T12:34:56Z', '+026-11-22T12:34:56Z', '0000-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01',
    '2026-00-10T00:00:00Z', '2026-11-00T00:00:00Z', '', 'now',
  ])('%p is refused', (text) => {
    expect(read(text)).toStartWith('refused')
  }) // prettier-ignore

  test('numbers are milliseconds, kept exactly or refused', () => {
    expect(readMs('1700000000000')).toBe('1700000000000 0')
    expect(readMs('1700000000000.123456')).toBe('1700000000000 123456')
    expect(readMs('1.7e12')).toBe('1700000000000 0')
    expect(readMs('-0.000001')).toBe('-1 999999')
    expect(readMs('17000000000000e-1')).toBe('1700000000000 0')
    expect(readMs('0.50000000')).toBe('0 500000')
    for (const text of [
      '0.0000001',
      '253402300800000',
      '-62167219200001',
      '1e99',
      '1e-99',
      'NaN',
      '',
    ]) {
      expect(readMs(text)).toBe('refused')
    }
  })

  test('nanosecond texts have nine digits', () => {
    expect(formatNanoTimestamp(0, 5)).toBe('1970-01-01T00:00:00.000000005Z')
  })
})

describe('names of minutes, hours and days', () => {
  test('they are read as they are written', () => {
    const minute = Date.UTC(2026, 10, 22, 12, 34) / 60_000
    expect(formatMinute(minute)).toBe('2026-11-22T12:34Z')
    expect(parseMinute('2026-11-22T12:34Z')).toBe(minute)
    expect(parseHour('2026-11-22T12Z')).toBe(minute - 34)
    expect(formatHour(minute - 34)).toBe('2026-11-22T12Z')
    expect(parseDay('2026-11-22')).toBe(minute - 34 - 720)
    expect(formatDay(minute)).toBe('2026-11-22')
    expect(parseAnyPeriod('2026-11-22T12Z')).toEqual({ unit: 'hour', minute: minute - 34 })
  })

  test('nothing else passes for one', () => {
    for (const text of [
      '2026-11-22T12:34',
      '2026-11-22T12:34:00Z',
      '2026-02-30',
      '2026-11-22T24Z',
      '1969-12-31',
      '2026-11-22T12:34z',
      ' 2026-11-22',
      '2026-1-22',
      '2026-11-22T12:60Z',
      '02026-11-22',
      '2026-11-22\n',
    ]) {
      expect(parseAnyPeriod(text)).toBeUndefined()
    }
    expect(parseMinute('2026-11-22')).toBeUndefined()
  })
})
