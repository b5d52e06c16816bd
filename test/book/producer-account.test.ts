import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  gapsMax,
  missingOf,
  newAccount,
  type ProducerAccount,
  wantedOf,
  watermarkOf,
  withBatch,
} from '../../src/book/producer-account.ts'

const spanOf = (first: number, last: number) => ({ producer: 'p', first, last })

function withSpan(account: ProducerAccount, first: number, last: number): ProducerAccount {
  const accepted = last - first + 1
  return withBatch(account, { span: spanOf(first, last), accepted, receivedMs: last })
}

const numbersOf = (ranges: readonly (readonly [number, number])[]): number[] =>
  ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))

describe('the account of a producer', () => {
  test('says of any spans what a set of their numbers says', () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: 1, max: 60 }), fc.nat(9)), { maxLength: 60 })
    fc.assert(
      fc.property(spans, (list) => {
        const come = new Set<number>()
        let account = newAccount('p', 0)
        for (const [first, more] of list) {
          const numbers = numbersOf([[first, first + more]])
          const wanted = numbers.filter((n) => !come.has(n))
          expect(numbersOf(wantedOf(account, spanOf(first, first + more)))).toEqual(wanted)
          for (const [from, to] of wantedOf(account, spanOf(first, first + more))) {
            account = withSpan(account, from, to)
          }
          for (const n of numbers) come.add(n)
          const highest = Math.max(...come)
          const missing = numbersOf([[1, highest]]).filter((n) => !come.has(n))
          expect(numbersOf(account.gaps)).toEqual(missing)
          expect(missingOf(account)).toBe(missing.length)
          expect(watermarkOf(account)).toBe((missing[0] ?? highest + 1) - 1)
          expect(account.accepted).toBe(come.size)
        }
      }),
      { verbose: 1 },
    )
  })

  test('keeps so many gaps, and abandons the oldest beyond', () => {
    let account = newAccount('p', 0)
    for (let i = 1; i <= gapsMax + 3; i++) account = withSpan(account, i * 10, i * 10 + 4)
    expect(account.gaps).toHaveLength(gapsMax)
    expect(account.abandoned).toBe(9 + 5 + 5)
    expect(missingOf(account)).toBe(9 + (gapsMax + 2) * 5)
    expect(watermarkOf(account)).toBe(34)
  })

  test('counts what a batch has fewer events than numbers as refused', () => {
    const span = spanOf(1, 10)
    const account = withBatch(newAccount('p', 0), { span, accepted: 7, receivedMs: 5 })
    expect(account).toMatchObject({ accepted: 7, rejected: 3, batches: 1, lastSeenMs: 5 })
  })
})
