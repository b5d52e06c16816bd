import { expect, test } from 'bun:test'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { IngestOutcome } from '../../src/ingest/contract.ts'
import { readFrame } from '../../src/journal/frame.ts'
import { asObject } from '../http/json-object.ts'
import { clockAt, pass, tempDirectory } from '../server/in-process.ts'
import { TestNode } from './open-node.ts'
import { readPages } from './read-pages.ts'

const event = (n: number) => ({ facility: 'f', level: 'info', event: 'e', additional: { n } })

/** The bytes of a 202; anything else is an error. */
function answerOf(outcome: IngestOutcome): string {
  if (outcome.kind !== 'accepted') throw new Error(`not accepted: ${outcome.kind}`)
  return outcome.answer
}

test('a number is not given twice after a batch was set aside', async () => {
  using data = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  const first = await TestNode.open(data.path, clock)
  answerOf(await first.post([event(1)]))
  answerOf(await first.post([event(2)]))
  await first.stop()
  makeUnreplayable(join(data.path, 'journal'))

  const second = await TestNode.open(data.path, clock)
  expect(second.aside).toHaveLength(1)
  const answer = asObject(JSON.parse(answerOf(await second.post([event(3)]))))
  expect(answer['batch']).toBe('0000000000000003')
  await second.stop()

  const third = await TestNode.open(data.path, clock)
  expect(third.aside).toHaveLength(1)
  await third.stop()
  pass(clock, 60_000)
  const pages = await readPages(data.path, clock, [])
  expect(pages.flatMap((page) => page.events.map(({ n }) => n))).toEqual([1, 3])
})

test('what was acknowledged is kept when limits are lowered before a start', async () => {
  using data = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  const wide = ['--facility-bytes-max', '200', '--nesting-max', '20', '--batch-events-max', '10']
  const first = await TestNode.open(data.path, clock, wide)
  const deep = JSON.parse(`${'{"a":'.repeat(18)}1${'}'.repeat(18)}`)
  const usual = { ...event(1), additional: { n: 1, text: 'x'.repeat(200_000) } }
  // The second is refused by the usual limits; only the widest bring the third batch back.
  answerOf(await first.post([usual, { ...event(2), event: 'y'.repeat(2_000) }]))
  answerOf(await first.post([event(3), event(4)]))
  answerOf(
    await first.post([{ ...event(5), facility: 'f'.repeat(150), additional: { n: 5, deep } }]),
  )
  await first.stop()

  const low = ['--event-bytes-max', '1024', '--batch-events-max', '1', '--nesting-max', '2']
  const second = await TestNode.open(data.path, clock, low)
  expect(second.aside).toEqual([])
  await second.stop()
  pass(clock, 60_000)
  const pages = await readPages(data.path, clock, [])
  expect(pages.flatMap((page) => page.events.map(({ n }) => n))).toEqual([1, 3, 4, 5])
})

test('which events were refused does not change with the limits of later starts', async () => {
  using data = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  const numbers: number[] = []
  for (const most of [1, 3, 2, 4]) {
    const node = await TestNode.open(data.path, clock, ['--names-max', String(most)])
    expect(node.aside).toEqual([])
    const batch = [1, 2, 3, 4, 5].map((names) => {
      const fields = Array.from({ length: names - 1 }, (_, i) => [`name${i}`, i])
      return { ...event(0), additional: { n: most * 10 + names, ...Object.fromEntries(fields) } }
    })
    const { accepted } = asObject(JSON.parse(answerOf(await node.post(batch))))
    expect(accepted).toBe(most)
    numbers.push(...batch.slice(0, most).map(({ additional }) => additional.n))
    await node.stop()
  }
  const last = await TestNode.open(data.path, clock)
  expect(last.aside).toEqual([])
  await last.stop()
  pass(clock, 60_000)
  const pages = await readPages(data.path, clock, [])
  expect(pages.flatMap((page) => page.events.map(({ n }) => n))).toEqual(numbers)
})

/** Lets the last frame say that it was read by another decoder. */
function makeUnreplayable(journal: string): void {
  const name = readdirSync(journal).find((each) => each.endsWith('.seg')) ?? ''
  const bytes = readFileSync(join(journal, name))
  let last = 0
  for (let at = 0; ;) {
    const read = readFrame(bytes, at)
    if (read.kind !== 'frame' && read.kind !== 'padding') break
    if (read.kind === 'frame') last = at
    at = read.end
  }
  const read = readFrame(bytes, last)
  if (read.kind !== 'frame') throw new Error('no frame was found')
  bytes.writeUInt16LE(999, last + 44)
  bytes.writeUInt32LE(crc32(bytes.subarray(last + 8, read.end)), last + 4)
  writeFileSync(join(journal, name), bytes)
}

const turn = (): Promise<boolean> => new Promise((resolve) => setImmediate(() => resolve(false)))

test('a key answers the same before and after its minute closes, and after a start', async () => {
  using data = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  const batch = [event(1), { facility: 'f' }, event(2)]
  const first = await TestNode.open(data.path, clock)
  const answer = answerOf(await first.post(batch, { key: 'k' }))
  const duplicate = answer.replace('"duplicate":false', '"duplicate":true')
  expect(answerOf(await first.post(batch, { key: 'k' }))).toBe(duplicate)
  await first.stop()

  const second = await TestNode.open(data.path, clock)
  expect(answerOf(await second.post(batch, { key: 'k' }))).toBe(duplicate)
  pass(clock, 60_000)
  // At any moment of the closing: before the store has it, while it takes over, and after.
  const closing = second.closeDue()
  const closed = closing.then(() => true)
  do {
    expect(answerOf(await second.post(batch, { key: 'k' }))).toBe(duplicate)
  } while (!(await Promise.race([closed, turn()])))
  expect(answerOf(await second.post(batch, { key: 'k' }))).toBe(duplicate)
  expect(await second.post([event(9)], { key: 'k' })).toEqual({ kind: 'key-conflict' })
  await second.stop()

  const third = await TestNode.open(data.path, clock)
  expect(answerOf(await third.post(batch, { key: 'k' }))).toBe(duplicate)
  await third.stop()
  const pages = await readPages(data.path, clock, [])
  expect(pages.flatMap((page) => page.events.map(({ n }) => n))).toEqual([1, 2])
})
