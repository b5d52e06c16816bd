import type { Cursor } from './cursor.ts'
import type { Field } from './ast.ts'

const names = ['facility', 'level', 'event', 'timestamp', 'received', 'id'] as const
const prefix = 'additional.'

const first = String.raw`[\p{L}_@$]`
const later = String.raw`[\p{L}\p{M}\p{N}_.@$-]`
const escaped = String.raw`\\[\s\S]`
/** A minus at the end belongs to what follows: `a->b` is a word, not a comparison. */
const bareName = new RegExp(`(?:${first}|${escaped})(?:${later}|${escaped})*(?<!(?<!\\\\)-)`, 'uy')
const plainName = new RegExp(`^${first}${later}*(?<!-)$`, 'u')

/** The field of a name: one of the event's members, or a path in additional. */
export function fieldOf(name: string): Field {
  const member = names.find((one) => one === name)
  if (member !== undefined) return { of: member }
  return {
    of: 'additional',
    path: name.startsWith(prefix) ? name.slice(prefix.length) : name,
  }
}

/** The name of a field; of an additional one with the prefix where it would mean something else. */
export function nameOf(field: Field): string {
  if (field.of !== 'additional') return field.of
  const again = fieldOf(field.path)
  const isSame = again.of === 'additional' && again.path === field.path
  return isSame ? field.path : `${prefix}${field.path}`
}

/** The name in the text of a query, in quotes where it needs them. */
export function writtenName(field: Field): string {
  const name = nameOf(field)
  if (plainName.test(name)) return name
  return `"${name.replace(/["\\]/g, String.raw`\$&`)}"`
}

/** Takes a field name without quotes, if something stands here that can be one. */
export function takeName(cursor: Cursor): string | null {
  bareName.lastIndex = cursor.at
  const found = bareName.exec(cursor.text)?.[0]
  if (found === undefined) return null
  cursor.at += found.length
  return found.replace(/\\([\s\S])/gu, '$1')
}
