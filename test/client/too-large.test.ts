import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { asObject } from '../http/json-object.ts'
import { LoggedValues } from './logged-values.ts'

/* What is too large for an event is cut, and the event says so. */

let values: LoggedValues

beforeAll(async () => {
  values = await LoggedValues.open()
})
afterAll(() => values[Symbol.asyncDispose]())

/** Two hundred names. */
const hundred = (letter: string) =>
  Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`${letter}${i}`, { x: i }]))

describe('what is too large', () => {
  test('is cut and says so', async () => {
    const found = await values.back({
      text: 'x'.repeat(1_000_000),
      list: Array.from({ length: 10_000 }, (_, i) => i),
      bytes: Buffer.alloc(1_000_000),
      [`n${'ä'.repeat(500)}`]: 1,
    })
    expect(found['text']).toEndWith('more characters]')
    expect(found['list']).toHaveLength(257)
    expect((found['list'] as unknown[]).at(-1)).toBe('… 9744 more items')
    expect(Object.keys(found)).toHaveLength(4)
  })

  test('in names', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, i) => [`n${i}`, i]))
    const found = await values.back({ many })
    expect(asObject(found['many'])['$omittedNames']).toBeGreaterThan(700)
  })

  test('in names of bound fields and its own together', async () => {
    const found = await values.back(hundred('b'), values.log.with(hundred('a')))
    expect(Object.keys(found).length).toBeGreaterThan(100)
    expect(found['$omittedNames']).toBeGreaterThan(0)
  })

  test('in depth', async () => {
    let deep: unknown = 'bottom'
    for (let i = 0; i < 100; i++) deep = { deep }
    expect(JSON.stringify(await values.back({ deep }))).toContain('too deep')
  })

  test('in all, even where parts are shared a thousandfold', async () => {
    let wide: unknown = ['x'.repeat(100)]
    for (let i = 0; i < 10; i++) wide = Array.from({ length: 100 }, () => wide)
    const started = performance.now()
    await values.back({ wide, texts: Array.from({ length: 200 }, () => 'y'.repeat(20_000)) })
    expect(performance.now() - started).toBeLessThan(15_000)
  })
})
