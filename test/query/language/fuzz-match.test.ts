import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { encodeBlock } from '../../../src/page/block-encoder.ts'
import { openBlock } from '../../../src/page/block-reader.ts'
import type { Query } from '../../../src/query/language/ast.ts'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { QuerySyntaxError } from '../../../src/query/language/query-syntax-error.ts'
import { makeMatcher } from '../../../src/query/match/matcher.ts'
import { arbitraryTypedEvent } from '../naive/arbitrary-event.ts'
import { matches } from '../naive/matches.ts'
import { plainOf } from '../naive/plain-event.ts'
import { baseMs } from '../naive/vocabulary.ts'
import { seedNote } from '../seed.ts'
import { builderOf } from '../typed-event.ts'
import { mutatedText } from './mutated-text.ts'

const { seed } = seedNote('query fuzz over a block')
const minute = Math.floor(baseMs / 60_000)
const count = 4000

/** Null: it is none. */
function queryOf(text: string): Query | null {
  try {
    return parseQuery(text, baseMs)
  } catch (error) {
    if (error instanceof QuerySyntaxError) return null
    throw error
  }
}

test('every text that is a query finds what the naive evaluation finds', () => {
  const typed = fc.sample(arbitraryTypedEvent, { seed, numRuns: 60 })
  const plain = typed.map((event, row) => plainOf(event, { minute, part: 0, row }))
  const { bytes, entry } = encodeBlock(minute, 0, builderOf(typed).detach())
  const filter = { facility: null, level: null, event: null }
  let queries = 0
  let partial = 0
  fc.assert(
    fc.property(mutatedText, (text) => {
      const query = queryOf(text)
      if (query === null) return
      queries++
      const selection = { clock: 'timestamp', from: null, to: null, filter, query } as const
      const rows = makeMatcher(selection).rowsOf(openBlock(bytes), entry)
      const wanted = plain.flatMap((event, row) => (matches(query, event) ? [row] : []))
      if (wanted.length > 0 && wanted.length < plain.length) partial++
      expect({ text, rows: Array.from(rows ?? plain.keys()) }).toEqual({ text, rows: wanted })
    }),
    { seed, numRuns: count },
  )
  expect(queries).toBeGreaterThan(count / 5)
  // Queries that find nothing, or everything, would show nothing.
  expect(partial).toBeGreaterThan(queries / 20)
}, 60_000)
