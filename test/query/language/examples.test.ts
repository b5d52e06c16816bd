import { describe, expect, test } from 'bun:test'
import { parseQuery } from '../../../src/query/language/parse.ts'
import { queryLimits } from '../../../src/query/language/query-limits.ts'
import { matches } from '../naive/matches.ts'
import { plainExample, queryDocPath, readExamples } from './examples.ts'

const doc = await Bun.file(queryDocPath).text()
const examples = readExamples(doc)
const now = Date.UTC(2026, 10, 22, 12, 34, 56)

describe('docs/QUERY.md', () => {
  test('has a table of examples', () => {
    expect(examples.length).toBeGreaterThan(45)
    const events = examples.flatMap(({ finds, misses }) => [...finds, ...misses])
    expect(events.length).toBeGreaterThan(150)
  })

  for (const { query: text, finds, misses } of examples) {
    test(`says what ${text} finds`, () => {
      const query = parseQuery(text, now)
      const found = (event: string): boolean => matches(query, plainExample(event, now))
      expect(finds.filter((event) => !found(event))).toEqual([])
      expect(misses.filter(found)).toEqual([])
    })
  }

  test('opens with a query', () => {
    const opening = /```\n(level[^\n]+)\n```/.exec(doc)?.[1] ?? ''
    expect(parseQuery(opening, now).type).toBe('and')
  })

  test('names the limits that there are', () => {
    const { lengthMax, nodesMax, nestingMax, regexStepsMax } = queryLimits
    expect(doc).toContain(`at most ${lengthMax.toLocaleString('en')} characters, ${nodesMax} terms`)
    expect(doc).toContain(`${nestingMax} levels of parentheses`)
    expect(doc).toContain(`${regexStepsMax.toLocaleString('en')} steps`)
  })
})
