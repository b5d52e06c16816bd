import { levelNames } from '../../event/level.ts'
import { type Exact, exactText, membersOf, readExact, textOf } from './exact-json.ts'
import { type Paint, printable, type Style } from './terminal.ts'

export interface EventTextOptions {
  readonly paint: Paint
  readonly isUtc: boolean
}

const levelStyles: Readonly<Record<string, Style>> = {
  emerg: 'alarm',
  alert: 'alarm',
  crit: 'alarm',
  error: 'red',
  warn: 'yellow',
  notice: 'cyan',
  info: 'green',
  debug: 'dim',
}
const levelWidth = Math.max(...levelNames.map((name) => name.length))

/**
 * One line of JSON of an event as a line for people:
 *
 *   2026-11-22 12:34:56.789 error  checkout payment declined  order=1234 user.id=42 note="a b"
 */
export function eventText(json: string, { paint, isUtc }: EventTextOptions): string {
  const event = membersOf(readExact(json))
  const level = textOf(event['level'])
  const style = levelStyles[level]
  const parts: string[] = []
  if (event['timestamp'] !== undefined) {
    parts.push(paint(timeText(textOf(event['timestamp']), isUtc), 'dim'))
  }
  if (level !== '') {
    const shown = printable(level).padEnd(levelWidth)
    parts.push(style === undefined ? shown : paint(shown, style))
  }
  for (const name of ['facility', 'event']) {
    if (event[name] !== undefined) parts.push(printable(textOf(event[name])))
  }
  const members = memberTexts(event['additional'] ?? {}, '', paint)
  return members.length === 0 ? parts.join(' ') : `${parts.join(' ')}  ${members.join(' ')}`
}

function memberTexts(value: Exact, path: string, paint: Paint): string[] {
  const members = Object.entries(membersOf(value))
  if (members.length > 0) {
    return members.flatMap(([name, each]) =>
      memberTexts(each, path === '' ? name : `${path}.${name}`, paint),
    )
  }
  return path === '' ? [] : [`${paint(`${printable(path)}=`, 'dim')}${valueText(value)}`]
}

const bare = /^[^\s"'\\=]+$/

function valueText(value: Exact): string {
  if (typeof value !== 'string') return printable(exactText(value))
  return bare.test(value) ? printable(value) : printable(JSON.stringify(value))
}

const two = (value: number): string => String(value).padStart(2, '0')

/** A time of the API as it is, or in local time: with as many digits behind the second. */
export function timeText(time: string, isUtc: boolean): string {
  if (isUtc) return printable(time)
  const date = new Date(time)
  if (Number.isNaN(date.getTime())) return printable(time)
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')
  return `${day} ${clock}${/\.\d+/.exec(time)?.[0] ?? ''}`
}
