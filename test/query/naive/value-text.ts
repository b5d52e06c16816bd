import { doubleText, type Leaf } from '../leaf.ts'
import { isInstant, nanosecondsOf, nanosecondsOfText } from './plain-time.ts'

/** A to Z in lower case; no other letters. */
export function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

/** A value as stars and regular expressions see it; null: they do not see it. */
export function writtenOf(value: Leaf): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number') return doubleText(value)
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return `${value}`
  return null
}

/** Whether a value is what `field:text` asks for. */
export function isSameValue(text: string, value: Leaf): boolean {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') {
    return lower(`${value}`) === lower(text)
  }
  if (typeof value === 'bigint' || typeof value === 'number') {
    const wanted = numberOf(text)
    return wanted !== null && isEqual(wanted, value)
  }
  if (!isInstant(value)) return false
  return nanosecondsOfText(text) === nanosecondsOf(value)
}

/** A number as JSON spells it: exact if it has digits alone, else the nearest double. */
export function numberOf(text: string): bigint | number | null {
  if (/^-?(0|[1-9][0-9]*)$/.test(text)) return BigInt(text)
  const isNumber = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$/.test(text)
  return isNumber ? Number(text) : null
}

/** Neither less nor greater: exact for a bigint and a double, too, which `===` never finds equal. */
export function isEqual<T extends bigint | number | string>(a: T, b: T): boolean {
  return !(a < b) && !(a > b)
}
