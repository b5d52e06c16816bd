import { describe, expect, test } from 'bun:test'
import {
  levelAliases,
  levelNames,
  levelOfBytes,
  levelOfNumber,
  parseLevel,
} from '../../src/event/level.ts'

describe('levels', () => {
  test('every name stands for its number, in any case', () => {
    for (const [number, name] of levelNames.entries()) {
      expect(parseLevel(name)).toBe(number)
      expect(parseLevel(name.toUpperCase())).toBe(number)
    }
  })

  test('the documented aliases are understood', () => {
    for (const [alias, number] of Object.entries(levelAliases))
      expect(parseLevel(alias)).toBe(number)
    expect(parseLevel('fatal')).toBe(2)
    expect(parseLevel('Panic')).toBe(0)
    expect(parseLevel('TRACE')).toBe(7)
  })

  test('digits from 0 to 7 are levels, other numbers are not', () => {
    for (let n = 0; n <= 7; n++) expect(parseLevel(String(n))).toBe(n)
    for (const text of ['8', '9', '-1', '10', '07', '/']) expect(parseLevel(text)).toBeUndefined()
    expect(levelOfNumber(7)).toBe(7)
    for (const number of [-1, 8, 1.5, Number.NaN]) expect(levelOfNumber(number)).toBe(-1)
  })

  test('nothing else is a level', () => {
    for (const text of [
      '',
      'inf',
      'infos',
      ' info',
      'warn\u0000',
      'ＩＮＦＯ',
      'e',
      'warN!',
      '\u0009nfo',
    ]) {
      expect(parseLevel(text)).toBeUndefined()
    }
    // Bytes that a mask for lower case would take for letters.
    expect(levelOfBytes(Uint8Array.of(0x49, 0x0e, 0x46, 0x4f), 0, 4)).toBe(-1)
  })
})
