import type { Json, JsonObject, StoredEvent } from '../../api/answers.ts'

/** A number as the answer wrote it: JavaScript's own cannot hold all of 64 bits, nor tell 42 from 42.0. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Exact =
  null | boolean | string | ExactNumber | readonly Exact[] | { readonly [name: string]: Exact }

/** Reads JSON with numbers as they were written, where the browser tells (all since 2025). Throws SyntaxError. */
export function readExact(text: string): Exact {
  // A codec: JSON has no other kinds, and the reviver leaves no number.
  return JSON.parse(text, exactly) as Exact
}

function exactly(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value
}

/** A value of an event by its path, as a query would name it. */
export interface Leaf {
  readonly path: string
  readonly value: Exact
}

export const isMap = (value: Exact): value is { readonly [name: string]: Exact } =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof ExactNumber)

const members = new Set(['facility', 'level', 'event', 'timestamp', 'received', 'id'])

/** How a query names what `additional` has at a path: the event's own members come first. */
export const pathOf = (path: string): string => (members.has(path) ? `additional.${path}` : path)

/** The values of `additional` by path: members of objects one by one, arrays as a whole. */
export function leavesOf(additional: Exact): Leaf[] {
  const leaves: Leaf[] = []
  const walk = (value: Exact, path: string): void => {
    if (!isMap(value) || Object.keys(value).length === 0) {
      if (path !== '') leaves.push({ path: pathOf(path), value })
      return
    }
    for (const [name, each] of Object.entries(value))
      walk(each, path === '' ? name : `${path}.${name}`)
  }
  walk(additional, '')
  return leaves
}

/** What an event has at a path, its own members and those of `additional`; undefined: nothing. */
export function valueAt(event: StoredEvent, name: string): Json | undefined {
  switch (name) {
    case 'timestamp':
    case 'received':
    case 'facility':
    case 'level':
    case 'event':
    case 'id':
      return event[name]
    default:
      return within(event.additional ?? {}, name.replace(/^additional\./, ''))
  }
}

/** Names may hold dots themselves: each way to cut the path is tried. */
function within(object: JsonObject, path: string): Json | undefined {
  if (Object.hasOwn(object, path)) return object[path]
  for (let dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
    const inner = object[path.slice(0, dot)]
    if (inner === null || typeof inner !== 'object' || isArray(inner)) continue
    const found = within(inner, path.slice(dot + 1))
    if (found !== undefined) return found
  }
  return undefined
}

const isArray = (value: object): value is readonly Json[] => Array.isArray(value)

/** A value in one line. */
export function lineOf(value: Json | undefined): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

/** How many characters a line of a list shows of `additional` at most. */
const summaryMax = 400

/** `additional` in a line: `name=value name=value`. */
export function summaryOf(additional: JsonObject | undefined): string {
  if (additional === undefined) return ''
  let text = ''
  for (const [name, value] of Object.entries(additional)) {
    if (text.length > summaryMax) break
    text += `${text === '' ? '' : '  '}${name}=${lineOf(value).replace(/\s+/g, ' ')}`
  }
  return text
}

/** JSON of what `readExact` read, numbers as they were written. */
export function exactText(value: Exact): string {
  if (value instanceof ExactNumber) return value.text
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(exactText).join(', ')}]`
  const parts = Object.entries(value).map(
    ([name, each]) => `${JSON.stringify(name)}: ${exactText(each)}`,
  )
  return `{${parts.join(', ')}}`
}
