import { expect, test } from 'bun:test'
import fc from 'fast-check'
import type { FieldFacts, FieldKind } from '../../../src/query/fields/contract.ts'
import { fields } from '../../../src/query/fields/fields.ts'
import { values } from '../../../src/query/fields/values.ts'
import type { Field } from '../../../src/query/language/ast.ts'
import { fieldOf, nameOf } from '../../../src/query/language/field-name.ts'
import type { Value } from '../../../src/query/stats/contract.ts'
import { makeBook, openSource } from '../book-fixture.ts'
import type { Leaf } from '../leaf.ts'
import { aim } from '../naive/aim.ts'
import { arbitraryQuery } from '../naive/arbitrary-query.ts'
import { placesOf } from '../naive/matches.ts'
import type { PlainEvent } from '../naive/plain-event.ts'
import { isInstant } from '../naive/plain-time.ts'
import { selects } from '../naive/selects.ts'
import { contextOf, wholeBook } from '../search/work-fixture.ts'
import { seedNote } from '../seed.ts'
import { arbitraryPages, plainEvents } from '../stats/arbitrary-pages.ts'
import { scalarsOf } from '../stats/naive-stats.ts'

const { seed } = seedNote('fields')

/** Null: an object that is not empty, whose members have paths of their own. */
function kindOf(leaf: Leaf): FieldKind | null {
  if (leaf === null) return 'null'
  if (leaf instanceof Uint8Array) return 'bytes'
  if (Array.isArray(leaf)) return 'array'
  if (leaf instanceof Map) return leaf.size === 0 ? 'object' : null
  if (isInstant(leaf)) return 'time'
  if (typeof leaf === 'string') return 'text'
  return typeof leaf === 'boolean' ? 'bool' : 'number'
}

function naiveFields(events: readonly PlainEvent[]): FieldFacts[] {
  const found = new Map<string, { field: Field; kinds: Map<FieldKind, Set<string>> }>()
  const add = (field: Field, kind: FieldKind, id: string): void => {
    const one = found.get(nameOf(field)) ?? { field, kinds: new Map<FieldKind, Set<string>>() }
    found.set(nameOf(field), one)
    one.kinds.set(kind, (one.kinds.get(kind) ?? new Set()).add(id))
  }
  for (const event of events) {
    for (const name of ['facility', 'level', 'event']) add(fieldOf(name), 'text', event.id)
    for (const { path, leaf } of placesOf(event)) {
      const kind = kindOf(leaf)
      if (kind !== null) add({ of: 'additional', path }, kind, event.id)
    }
  }
  return [...found]
    .map(([name, { field, kinds }]) => {
      const inside = events.flatMap((event) => scalarsOf(field, event))
      const numbers = inside.filter((one) => typeof one === 'number' || typeof one === 'bigint')
      const sorted = numbers.map(Number).toSorted((a, b) => a - b)
      return {
        name,
        events: new Set([...kinds.values()].flatMap((ids) => [...ids])).size,
        kinds: Object.fromEntries([...kinds].map(([kind, ids]) => [kind, ids.size])),
        min: sorted[0] ?? null,
        max: sorted.at(-1) ?? null,
        distinct: { count: new Set(inside).size, exact: true },
      }
    })
    .sort((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1))
}

const choices = fc.array(fc.nat({ max: 10_000 }), { minLength: 12, maxLength: 12 })
const asks = fc.array(fc.tuple(arbitraryQuery, choices, fc.boolean()), {
  minLength: 6,
  maxLength: 6,
})

test('fields, their kinds, presence, numbers and distinct values are those of the events', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPages, asks, async (list, asked) => {
      using made = makeBook(list)
      using reader = openSource(made).reader
      const context = contextOf({ source: { ...openSource(made), reader } })
      const events = plainEvents(list)
      for (const [query, how, hasQuery] of asked) {
        const selection = {
          ...wholeBook,
          query: hasQuery ? aim(query, events, how) : wholeBook.query,
        }
        const inside = events.filter((event) => selects(selection, event))
        const expected = naiveFields(inside)
        const answer = await fields(context, { selection, distinct: true, limit: 5 })
        expect(answer.events).toBe(inside.length)
        expect(answer.found).toBe(expected.length)
        expect(answer.fields).toEqual(expected.slice(0, 5))
        const whole = await fields(context, { selection, distinct: false, limit: 10_000 })
        const plain = expected.map((one) => ({ ...one, distinct: null }))
        expect(whole.fields).toEqual(plain)
      }
    }),
    { numRuns: 30, seed },
  )
}, 60_000)

const field = fc.constantFrom(
  ...['a', 'a', 'b', 'a.b', 'facility', 'level', 'event'].map((name) => fieldOf(name)),
)

test('the values of a field are counted as the filter for each of them counts', async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPages, asks, field, async (list, asked, one) => {
      using made = makeBook(list)
      using reader = openSource(made).reader
      const context = contextOf({ source: { ...openSource(made), reader } })
      const events = plainEvents(list)
      for (const [query, how, hasQuery] of asked) {
        const selection = {
          ...wholeBook,
          query: hasQuery ? aim(query, events, how) : wholeBook.query,
        }
        const inside = events.filter((event) => selects(selection, event))
        const counts = new Map<Value, number>()
        for (const event of inside) {
          for (const value of new Set(scalarsOf(one, event))) {
            counts.set(value, (counts.get(value) ?? 0) + 1)
          }
        }
        const answer = await values(context, { selection, field: one, limit: 3 })
        const sorted = [...counts.values()].toSorted((a, b) => b - a)
        expect(answer.values.map(({ count }) => count)).toEqual(sorted.slice(0, 3))
        for (const { value, count } of answer.values) expect(counts.get(value)).toBe(count)
        expect(answer.others).toBe(sorted.slice(3).reduce((sum, count) => sum + count, 0))
        expect(answer.distinct).toBe(counts.size)
        expect(answer.events).toBe(inside.length)
        expect(answer.withValue).toBe(
          inside.filter((event) => scalarsOf(one, event).length > 0).length,
        )
      }
    }),
    { numRuns: 30, seed },
  )
}, 60_000)
