import { expect, test } from 'bun:test'
import { formatEventId, parseEventId } from '../../src/event/event-id.ts'
import { refusals } from '../../src/event/refusal.ts'

test('an id says where its event is, and ids sort as their events do', () => {
  const places = [
    { minute: 0, part: 0, row: 0 },
    { minute: 29_917_234, part: 0, row: 65_535 },
    { minute: 29_917_234, part: 1, row: 0 },
    { minute: 0xffff_ffff, part: 65_535, row: 65_535 },
  ]
  const ids = places.map(formatEventId)
  expect(ids.map(parseEventId)).toEqual(places)
  expect(ids.toSorted()).toEqual(ids)
  expect(ids.at(-1)).toBe('ffffffffffffffff')
})

test('nothing else is an id', () => {
  for (const text of [
    '',
    '01C8B1A200000007',
    '01c8b1a20000000',
    '01c8b1a2000000070',
    'g'.repeat(16),
    `${'0'.repeat(16)}\n`,
  ]) {
    expect(parseEventId(text)).toBeUndefined()
  }
})

test('refusal codes are kebab-case and explained', () => {
  for (const [code, { title, explanation }] of Object.entries(refusals)) {
    expect(code).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/)
    expect(title.length).toBeGreaterThan(5)
    expect(explanation).toEndWith('.')
  }
})
