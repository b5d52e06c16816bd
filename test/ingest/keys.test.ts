import { describe, expect, test } from 'bun:test'
import type { IngestOutcome } from '../../src/ingest/contract.ts'
import { Keys, openAnswerCharsMax } from '../../src/ingest/keys.ts'

const accepted = (answer: string): IngestOutcome => ({ kind: 'accepted', answer, page: '/p' })
const full: IngestOutcome = { kind: 'unavailable', reason: 'ring-full', retryAfterS: 1 }

describe('two batches under one key', () => {
  test('share one piece of work when they are equal', async () => {
    const keys = new Keys(() => null)
    const work = Promise.withResolvers<IngestOutcome>()
    let runs = 0
    const run = (): Promise<IngestOutcome> => {
      runs++
      return work.promise
    }
    const both = [keys.once('k', 'h', run), keys.once('k', 'h', run)]
    expect(await keys.once('k', 'other', run)).toEqual({ kind: 'key-conflict' })
    work.resolve(accepted('{"accepted":1,"duplicate":false}'))
    expect(await Promise.all(both)).toEqual([
      accepted('{"accepted":1,"duplicate":false}'),
      accepted('{"accepted":1,"duplicate":true}'),
    ])
    expect(runs).toBe(1)
  })

  test('share a failure, and the next one tries again', async () => {
    const keys = new Keys(() => null)
    const work = Promise.withResolvers<IngestOutcome>()
    const both = [keys.once('k', 'h', () => work.promise), keys.once('k', 'h', () => work.promise)]
    work.resolve(full)
    expect(await Promise.all(both)).toEqual([full, full])
    expect(await keys.once('k', 'other', async () => accepted('{}'))).toEqual(accepted('{}'))
  })

  test('both hear of an error, and the key is free again', async () => {
    const keys = new Keys(() => null)
    const work = Promise.withResolvers<IngestOutcome>()
    const both = [keys.once('k', 'h', () => work.promise), keys.once('k', 'h', () => work.promise)]
    work.reject(new Error('a bug'))
    const outcomes = await Promise.allSettled(both)
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await keys.once('k', 'h', async () => full)).toEqual(full)
  })
})

test('keys have no room while the answers of open minutes are too long, and again once stored', () => {
  const keys = new Keys(() => null)
  const half = 'x'.repeat(openAnswerCharsMax / 2)
  for (const [minute, key] of ['a', 'b'].entries()) {
    expect(keys.hasRoom()).toBe(true)
    keys.keep(minute, { key, bodyHash: 'h', receivedMs: 0, answer: half })
  }
  expect(keys.hasRoom()).toBe(false)
  keys.stored(0)
  expect(keys.hasRoom()).toBe(true)
  expect(keys.openCount).toBe(1)
})
