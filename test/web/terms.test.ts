import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { fieldOf } from '../../src/query/language/field-name.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import { fieldSuggestions, spotAt, valueSuggestions } from '../../src/web/query/completion.ts'
import { hasTerm, termOf, withoutTerm, withTerm } from '../../src/web/query/terms.ts'

const nowMs = Date.parse('2026-11-22T12:00:00Z')
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
const members = new Set(['facility', 'level', 'event', 'timestamp', 'received', 'id'])
const name = text.filter((each) => !members.has(each) && !each.startsWith('additional.'))

describe('a term that the app writes', () => {
  test('is read by the server as the field and the value, whatever they hold', () => {
    fc.assert(
      fc.property(name, text, (field, value) => {
        const query = parseQuery(termOf(field, value), nowMs)
        expect(query).toMatchObject({
          type: 'field',
          field: fieldOf(field),
          test: { how: 'equals', text: value },
        })
      }),
    )
  })

  test('can be negated, added to any query and taken away again', () => {
    fc.assert(
      fc.property(name, text, (field, value) => {
        const term = termOf(field, value, true)
        expect(parseQuery(term, nowMs).type).toBe('not')
        const query = withTerm('level>=warn', term)
        expect(parseQuery(query, nowMs)).toMatchObject({
          type: 'and',
          parts: [{}, { type: 'not' }],
        })
        expect(hasTerm(query, term)).toBe(true)
        expect(withoutTerm(query, term)).toBe('level>=warn')
      }),
    )
  })

  test('narrows all alternatives, not the last alone', () => {
    const query = parseQuery(withTerm('a OR b', 'level:error'), nowMs)
    expect(query).toMatchObject({ type: 'and', parts: [{ type: 'or' }, { type: 'field' }] })
  })

  test('of null is true of events without a value', () => {
    expect(termOf('user', null)).toBe('-user:*')
    expect(termOf('user', null, true)).toBe('user:*')
  })
})

/** The spot of the caret, which a bar stands for. */
function spot(marked: string) {
  const caret = marked.indexOf('|')
  return spotAt(marked.replace('|', ''), caret)
}

describe('completion', () => {
  const fields = [
    { name: 'duration_ms', events: 9, kinds: { number: 9 }, min: 0, max: 9 },
    { name: 'odd name', events: 1, kinds: { text: 1 }, min: null, max: null },
  ]
  const inserted = (marked: string): string[] => {
    const at = spot(marked)
    if (at === null) return []
    const found =
      at.kind === 'field'
        ? fieldSuggestions(at, fields)
        : valueSuggestions(at, [
            { value: 'timed out', count: 2 },
            { value: 42, count: 1 },
          ])
    return found.map(({ insert }) => insert)
  }

  test.each([
    ['du|', ['duration_ms:']],
    ['a (du|', ['duration_ms:']],
    ['-du|', ['duration_ms:']],
    ['duration_ms|', ['duration_ms:', 'duration_ms>=']],
    ['odd|', ['"odd name":']],
    ['level:er|', ['error ', 'emerg ', 'alert ']],
    ['level>=wa|', ['warn ']],
    ['x:tim|', ['"timed out" ']],
    ['x:4|', ['42 ']],
    ['x:"timed o|', ['"timed out" ']],
    ['"du|', []],
    ['/du|', []],
    ['path:/a|', []],
  ])('at %s offers %p', (marked, wanted) => {
    expect(inserted(marked)).toEqual(wanted)
  })

  test('replaces the word that the caret is in', () => {
    expect(spot('a dur|ation b')).toMatchObject({ from: 2, to: 10, typed: 'dur' })
  })
})
