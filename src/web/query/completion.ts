import { levelNames } from '../../event/level.ts'
import type { FieldEntry, Json } from '../api/answers.ts'
import { fieldText, valueText } from './terms.ts'

/** The part of a query that the caret is in. */
export interface Spot {
  /** `field`: a word that may become a field's name. `value`: behind a field's operator. */
  readonly kind: 'field' | 'value'
  /** Of a value: its field. */
  readonly field: string
  /** What is typed of it so far, without quotes. */
  readonly typed: string
  /** What a suggestion replaces. */
  readonly from: number
  readonly to: number
}

export interface Suggestion {
  /** What replaces the spot. */
  readonly insert: string
  readonly label: string
  /** Beside the label: how many events, or of which kind. */
  readonly note: string
}

const suggestionsMax = 12
const operator =
  /^(-?)((?:[\p{L}_@$][\p{L}\p{M}\p{N}_.@$-]*)|"(?:[^"\\]|\\.)*")(>=|<=|:|>|<)(.*)$/su

/** Where the caret is, or null inside of something that has no completions: a phrase or an expression. */
export function spotAt(query: string, caret: number): Spot | null {
  const from = tokenStart(query, caret)
  if (from === null) return null
  const token = query.slice(from, caret)
  const match = operator.exec(token)
  if (match === null) {
    const bare = token.replace(/^-/, '')
    if (bare.startsWith('"') || bare.startsWith('/')) return null
    return {
      kind: 'field',
      field: '',
      typed: bare,
      from: caret - bare.length,
      to: wordEnd(query, caret),
    }
  }
  const [, , name = '', , value = ''] = match
  if (value.startsWith('/') || value.startsWith('[') || value.startsWith('{')) return null
  const field = name.startsWith('"') ? name.slice(1, -1).replace(/\\(.)/gs, '$1') : name
  const typed = value.replace(/^"/, '').replace(/\\(.)/gs, '$1')
  return { kind: 'value', field, typed, from: caret - value.length, to: wordEnd(query, caret) }
}

/** Where the token begins that ends at the caret. Null: the caret is in a phrase that belongs to no field. */
function tokenStart(query: string, caret: number): number | null {
  let start = 0
  let isQuoted = false
  for (let at = 0; at < caret; at++) {
    const character = query[at] ?? ''
    if (character === '\\') at++
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && /[\s()]/.test(character)) start = at + 1
  }
  const isPhrase = isQuoted && /^-?"/.test(query.slice(start))
  return isPhrase ? null : start
}

function wordEnd(query: string, caret: number): number {
  let end = caret
  while (end < query.length && !/[\s()]/.test(query[end] ?? '')) end++
  return end
}

const builtIn: readonly (readonly [name: string, note: string])[] = [
  ['level', 'severity'],
  ['facility', 'who logged it'],
  ['event', 'what happened'],
  ['timestamp', 'its own time'],
  ['received', "the server's time"],
  ['id', 'of one event'],
]

/** Names of fields that go on from what is typed; a number's also with a comparison. */
export function fieldSuggestions(spot: Spot, fields: readonly FieldEntry[]): Suggestion[] {
  const typed = spot.typed.toLowerCase()
  const known = new Set(builtIn.map(([name]) => name))
  const own = fields.filter(({ name }) => !known.has(name))
  const names = [
    ...builtIn.map(([name, note]) => ({ name, note, isNumber: name === 'level' })),
    ...own.map(({ name, kinds }) => ({
      name,
      note: Object.keys(kinds).join(', '),
      isNumber: (kinds['number'] ?? 0) > 0,
    })),
  ]
  const begins = names.filter(({ name }) => name.toLowerCase().startsWith(typed))
  const holds = names.filter(({ name }) => name.toLowerCase().indexOf(typed) > 0)
  return [...begins, ...holds]
    .flatMap(({ name, note, isNumber }) => {
      const plain = { insert: `${fieldText(name)}:`, label: `${name}:`, note }
      if (!isNumber || name.toLowerCase() !== typed) return [plain]
      return [plain, { insert: `${fieldText(name)}>=`, label: `${name}>=`, note: 'at least' }]
    })
    .slice(0, suggestionsMax)
}

/** Values that go on from what is typed; levels are always known. */
export function valueSuggestions(
  spot: Spot,
  values: readonly { readonly value: Json; readonly count: number }[],
): Suggestion[] {
  const typed = spot.typed.toLowerCase()
  const counts = new Map(values.map(({ value, count }) => [value, count]))
  const all: readonly Json[] =
    spot.field === 'level' ? levelNames : values.map(({ value }) => value)
  const where = (value: Json): number => String(value).toLowerCase().indexOf(typed)
  const holding = all.filter((value) => value !== null && where(value) >= 0)
  // Those that begin with it come first, in the order of their counts.
  const begins = holding.filter((value) => where(value) === 0)
  return [...begins, ...holding.filter((value) => where(value) > 0)]
    .slice(0, suggestionsMax)
    .map((value) => {
      const count = counts.get(value)
      const note = count === undefined ? '' : count.toLocaleString('en-US')
      return { insert: `${valueText(value)} `, label: String(value), note }
    })
}
