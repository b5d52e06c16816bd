import { describe, expect, test } from 'bun:test'
import { Kind } from '../../src/event/kind.ts'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { type BlockReader, openBlock } from '../../src/page/block-reader.ts'
import { builderOf, type TypedEvent } from '../query/typed-event.ts'
import { makeRandom, shapedEvents, uuid } from './shaped-events.ts'

function openWith(texts: readonly string[]): BlockReader {
  const [event] = shapedEvents(1, 1)
  if (event === undefined) throw new Error('no event')
  const events = texts.map((value): TypedEvent => {
    return { ...event, members: [{ path: ['x'], value: { kind: Kind.Text, value } }] }
  })
  return openBlock(encodeBlock(1, 0, builderOf(events).detach()).bytes)
}

const manyWords = (row: number): string =>
  Array.from({ length: 40 }, (_, i) => `w${row * 40 + i}`).join(' ')

/** How many of the texts may be in column 0. */
const held = (open: BlockReader, texts: readonly string[]): number =>
  texts.filter((text) => open.mayHold(0, text)).length

describe('a filter', () => {
  test('finds every UUID, and rarely another', () => {
    const random = makeRandom(11)
    const mine = Array.from({ length: 5000 }, () => uuid(random, true))
    const others = Array.from({ length: 5000 }, () => uuid(random, true))
    const open = openWith(mine)
    expect(open.columns[0]?.filter).not.toBeNull()
    expect(held(open, mine)).toBe(5000)
    expect(held(open, others)).toBeLessThan(100)
    expect(open.mayHold(0, 'no UUID')).toBe(false)
  })

  test('finds every word of any length in any case, and rarely another', () => {
    const mine = Array.from(
      { length: 3000 },
      (_, i) => `Order-${i} of Zoë: ${'q'.repeat(i % 9)}${i}z!`,
    )
    const open = openWith(mine)
    expect(open.columns[0]?.filter).not.toBeNull()
    expect(held(open, mine)).toBe(3000)
    expect(
      held(
        open,
        mine.map((text) => text.toUpperCase()),
      ),
    ).toBe(3000)
    expect(open.mayHold(0, 'order')).toBe(true)
    const others = Array.from({ length: 3000 }, (_, i) => `absent${i}`)
    expect(held(open, others)).toBeLessThan(60)
  })

  test('is left out where it does not pay, and then allows everything', () => {
    for (const texts of [
      ['a1', 'b2', 'c3'],
      Array.from({ length: 500 }, (_, i) => `few ${i % 9}`),
    ]) {
      const open = openWith(texts)
      expect(open.columns[0]?.filter).toBeNull()
      expect(open.mayHold(0, 'anything')).toBe(true)
    }
  })

  test('is left out when there are too many words', () => {
    expect(
      openWith(Array.from({ length: 2000 }, (_, row) => manyWords(row))).columns[0]?.filter,
    ).toBeNull()
  })
})
