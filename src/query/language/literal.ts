import { parseEventId } from '../../event/event-id.ts'
import { levelAliases, levelNames, parseLevel } from '../../event/level.ts'
import { type Cursor, fail } from './cursor.ts'
import { parseTimeSpan, timeForms, type TimeSpan } from './time-expression.ts'

/* Texts that must be a level, an id or a time. `at` is where the text begins. */

const levelsExpected = [...levelNames, ...Object.keys(levelAliases), '0 to 7']

/** The level of a name, an alias or a number. */
export function levelOf(cursor: Cursor, text: string, at: number): number {
  const level = parseLevel(text)
  if (level !== undefined) return level
  return fail(
    cursor,
    at,
    `there is no level ${shown(text)}: the levels are ${levelNames.join(', ')}`,
    levelsExpected,
  )
}

export function idOf(cursor: Cursor, text: string, at: number): string {
  const id = text.toLowerCase()
  if (parseEventId(id) !== undefined) return id
  return fail(cursor, at, `${shown(text)} is no event id`, ['16 hexadecimal digits'])
}

/** A moment, or a minute, an hour or a day. */
export function timeSpanOf(cursor: Cursor, text: string, at: number): TimeSpan {
  const span = parseTimeSpan(text, cursor.nowMs)
  return span ?? fail(cursor, at, `${shown(text)} is no time`, timeForms)
}

const shownMax = 40

/** A text as an error repeats it: not all of a long one. */
export function shown(text: string): string {
  return `"${text.length > shownMax ? `${text.slice(0, shownMax)}…` : text}"`
}
