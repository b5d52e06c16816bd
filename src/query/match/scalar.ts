import type { ValueTest } from './value-test.ts'

/* Scalars that are no texts, given to a test as values or, when it asks for that, spelled as in a JSON answer. */

export function passesNumber(test: ValueTest, value: number | bigint, isDouble: boolean): boolean {
  if (test.typed !== null) return test.typed.number(value)
  return passesSpelled(test, isDouble ? spellDouble(Number(value)) : `${value}`)
}

export function passesBool(test: ValueTest, value: boolean): boolean {
  return test.typed === null ? passesSpelled(test, `${value}`) : test.typed.bool(value)
}

export function passesNull(test: ValueTest): boolean {
  return test.typed === null ? passesSpelled(test, 'null') : test.typed.nothing()
}

/** Whole seconds since the epoch, and the nanoseconds above them. */
export function passesTime(test: ValueTest, seconds: number, nanoseconds: number): boolean {
  if (test.typed === null) return false
  const ms = Math.floor(nanoseconds / 1e6)
  return test.typed.time(seconds * 1000 + ms, nanoseconds - ms * 1e6)
}

export function passesSpelled(test: ValueTest, spelled: string): boolean {
  const bytes = Buffer.from(spelled)
  return test.text(bytes, 0, bytes.length)
}

/** As render/number-text.ts writes it: with `.0` or an exponent when it is whole. */
function spellDouble(value: number): string {
  const text = Object.is(value, -0) ? '-0' : `${value}`
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text
}
