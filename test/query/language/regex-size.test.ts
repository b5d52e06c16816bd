import { expect, test } from 'bun:test'
import { RE2JS } from 're2js'
import { regexSize } from '../../../src/query/language/regex-size.ts'

const sources = [
  'a',
  'abc|def',
  '(a|b){10}',
  '((a{3}){4}){5}',
  '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}',
  '(a?){100}',
  '(.*){100}',
  'x{2,5}y{3,}z{0}',
  '[]a]{4}[^]\\]{]{3}',
  String.raw`\w+@\w+\.(com|org)`,
  String.raw`\p{Greek}{20}`,
  '(?i)timed out',
  '(?:ab){7}c*',
  '[[:alpha:]]{5}',
  '(?P<name>x)+',
]

test('the size of a regular expression is about that of what RE2 makes of it', () => {
  for (const source of sources) {
    const made = RE2JS.compile(source).programSize()
    const ratio = regexSize(source) / made
    expect({ source, ratio: ratio > 0.6 && ratio < 4 ? 'near' : ratio }).toEqual({
      source,
      ratio: 'near',
    })
  }
})

test('a repetition of a repetition is counted before anything is compiled', () => {
  expect(regexSize('((a{1000}){1000}){1000}')).toBeGreaterThan(1e9)
  expect(regexSize('('.repeat(2000))).toBeGreaterThan(2000)
  expect(regexSize(')){9}')).toBeGreaterThan(0)
})
