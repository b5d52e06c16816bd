import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { MemoryQueue } from '../../src/client/direct/memory-queue.ts'
import type { PendingBatch } from '../../src/client/direct/pending-batch.ts'
import { DropTally } from '../../src/client/drop-tally.ts'
import type { OverflowPolicy } from '../../src/client/sink.ts'

/* Whatever comes and goes: each event is sent, spilled, dropped and counted, or waits; in order, and within the bound. */

const bytesMax = 2_000

type Step =
  | { readonly kind: 'push'; readonly level: number; readonly bytes: number }
  | { readonly kind: 'number' | 'remove' | 'split' }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('push' as const),
      level: fc.integer({ min: 0, max: 7 }),
      bytes: fc.integer({ min: 8, max: 300 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('number' as const, 'remove' as const, 'split' as const),
    }),
  },
)

const numbersOf = (batch: PendingBatch): number[] =>
  batch.ends.map((end, i) => {
    const from = batch.ends[i - 1] ?? 0
    return Number(batch.bytes.subarray(from, end).toString().trim())
  })

function run(policy: OverflowPolicy, steps: readonly Step[]) {
  const drops = new DropTally()
  const spilled: number[] = []
  const sent: number[] = []
  const queue = new MemoryQueue(
    { batchEventsMax: 5, batchBytesMax: 700, bytesMax, policy },
    drops,
    (batch) => {
      spilled.push(...numbersOf(batch))
      return true
    },
  )
  let pushed = 0
  let largest = 0
  for (const next of steps) {
    const head = queue.head(0)
    if (next.kind === 'push') {
      const event = Buffer.from(String(++pushed).padEnd(next.bytes))
      queue.push(event, 0, event.length, next.level)
    } else if (head !== null) {
      if (head.sequence === 0) head.sequence = 1
      if (next.kind === 'remove') {
        sent.push(...numbersOf(head))
        queue.remove(head)
      }
      if (next.kind === 'split' && head.events > 1) queue.split(head)
    }
    largest = Math.max(largest, queue.bytes)
  }
  const left = queue.takeAll().flatMap(numbersOf)
  return { pushed, sent, spilled, left, dropped: drops.count, largest, bytes: queue.bytes }
}

const isSorted = (numbers: readonly number[]) =>
  numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? 0))

describe('the queue of direct mode', () => {
  for (const policy of ['drop-oldest', 'drop-lowest-level', 'block'] as const) {
    test(`accounts for every event with ${policy}`, () => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
          const { pushed, sent, spilled, left, dropped, largest, bytes } = run(policy, steps)
          expect(sent.length + spilled.length + left.length + dropped).toBe(pushed)
          expect(isSorted([...sent, ...left])).toBe(true)
          expect(isSorted(spilled)).toBe(true)
          expect(new Set([...sent, ...spilled, ...left]).size).toBe(pushed - dropped)
          expect(largest).toBeLessThanOrEqual(bytesMax)
          expect(bytes).toBe(0)
        }),
        { verbose: 1 },
      )
    })
  }
})
