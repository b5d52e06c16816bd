import { RE2JS } from 're2js'
import type { AnyTextTest, Field, FieldTest, Query } from '../../../src/query/language/ast.ts'
import { levelNames, parseLevel } from '../../../src/event/level.ts'
import type { Leaf } from '../leaf.ts'
import type { PlainEvent } from './plain-event.ts'
import { leafInRange } from './in-range.ts'
import { isInNetwork } from './in-network.ts'
import { instantOf } from './plain-time.ts'
import { isSameValue, lower, writtenOf } from './value-text.ts'

/* What docs/QUERY.md says, evaluated one event at a time and written to be obviously right. */

/** Whether an event passes a query. */
export function matches(query: Query, event: PlainEvent): boolean {
  switch (query.type) {
    case 'all':
      return true
    case 'and':
      return query.parts.every((part) => matches(part, event))
    case 'or':
      return query.parts.some((part) => matches(part, event))
    case 'not':
      return !matches(query.part, event)
    case 'text':
      return textsOf(event).some((text) => holds(query.test, text))
    case 'field':
      return passes(query.field, query.test, event)
  }
}

/** The event string, and every text in additional. */
function textsOf(event: PlainEvent): string[] {
  const texts = [event.event]
  const collect = (leaf: Leaf): void => {
    if (typeof leaf === 'string') texts.push(leaf)
    else if (Array.isArray(leaf)) leaf.forEach(collect)
    else if (leaf instanceof Map) leaf.forEach(collect)
  }
  event.additional.forEach(collect)
  return texts
}

function holds(test: AnyTextTest, text: string): boolean {
  switch (test.how) {
    case 'word':
      return holdsWord(lower(text), lower(test.text))
    case 'phrase':
      return lower(text).includes(lower(test.text))
    case 'regex':
      return RE2JS.compile(test.source).matcher(text).find()
  }
}

function holdsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
    const before = text.charAt(at - 1)
    const after = text.charAt(at + word.length)
    if (!isWordCharacter(before) && !isWordCharacter(after)) return true
  }
  return false
}

const isWordCharacter = (char: string): boolean => /^[0-9A-Za-z_]$/.test(char)

function passes(field: Field, test: FieldTest, event: PlainEvent): boolean {
  if (field.of === 'level') return levelPasses(event.level, test)
  if (field.of === 'additional' && test.how === 'exists') return isThere(field.path, event)
  return valuesOf(field, event).some((value) => valuePasses(test, value))
}

function levelPasses(level: number, test: FieldTest): boolean {
  if (test.how === 'exists') return true
  if (test.how === 'equals') return parseLevel(test.text) === level
  if (test.how !== 'range') throw new Error(`a level has no ${test.how}`)
  // Least severe first, so that "more" is more severe.
  const severity = levelNames.length - 1 - level
  return leafInRange(test, severity)
}

/** The scalars that a field has in an event. */
function valuesOf(field: Field, event: PlainEvent): Leaf[] {
  switch (field.of) {
    case 'facility':
    case 'event':
    case 'id':
      return [event[field.of]]
    case 'level':
      return [levelNames[event.level] ?? null]
    case 'timestamp':
      return [instantOf(event.timestampMs, event.timestampNanos)]
    case 'received':
      return [instantOf(event.receivedMs, 0)]
    case 'additional':
      return scalarsAt(field.path, event)
  }
}

/** All paths of an event with what is there: objects, arrays and scalars. Elements have the array's path. */
export function placesOf(event: PlainEvent): { path: string; leaf: Leaf }[] {
  const places: { path: string; leaf: Leaf }[] = []
  const visit = (path: string, leaf: Leaf): void => {
    places.push({ path, leaf })
    if (Array.isArray(leaf)) leaf.forEach((element) => visit(path, element))
    if (leaf instanceof Map) leaf.forEach((member, name) => visit(`${path}.${name}`, member))
  }
  event.additional.forEach((member, name) => visit(name, member))
  return places
}

function scalarsAt(path: string, event: PlainEvent): Leaf[] {
  const here = placesOf(event).filter((place) => place.path === path)
  return here.map(({ leaf }) => leaf).filter((leaf) => !isContainer(leaf))
}

/** A name written with dots has the objects in it, too: `http:*` finds an `http.method`. */
function isThere(path: string, event: PlainEvent): boolean {
  return placesOf(event).some((place) => `${place.path}.`.startsWith(`${path}.`))
}

const isContainer = (leaf: Leaf): boolean => Array.isArray(leaf) || leaf instanceof Map

function valuePasses(test: FieldTest, value: Leaf): boolean {
  switch (test.how) {
    case 'exists':
      return true
    case 'equals':
      return isSameValue(test.text, value)
    case 'wildcard': {
      const written = writtenOf(value)
      return written !== null && fits(lower(written), test.pieces.map(lower))
    }
    case 'regex': {
      const written = writtenOf(value)
      return written !== null && RE2JS.compile(test.source).matcher(written).find()
    }
    case 'range':
      return leafInRange(test, value)
    case 'network':
      return typeof value === 'string' && isInNetwork(value, test.cidr)
  }
}

/** Whether `text` is these pieces with anything between them. */
function fits(text: string, pieces: readonly string[]): boolean {
  const [first = '', ...others] = pieces
  if (!text.startsWith(first)) return false
  const rest = text.slice(first.length)
  if (others.length === 0) return rest === ''
  for (let at = 0; at <= rest.length; at++) if (fits(rest.slice(at), others)) return true
  return false
}
