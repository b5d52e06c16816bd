import { expect, test } from 'bun:test'
import { clockAt, minuteMs, pass, startInProcess, tempDirectory } from '../server/in-process.ts'
import { TestNode } from './open-node.ts'

const start = Date.parse('2026-11-22T12:34:30Z')
const startMinute = Math.floor(start / minuteMs)
const event = { facility: 'f', level: 'info', event: 'e' }

test('a new book begins with the minute in which its server started', async () => {
  using data = tempDirectory()
  const clock = clockAt(start)
  await using server = await startInProcess(data.path, clock)
  const page = (minute: string): Promise<Response> =>
    fetch(`${server.url}/api/v1/eventqry/minutes/${minute}`)
  expect(await (await page('2026-11-22T12:33Z')).json()).toMatchObject({ code: 'before-the-book' })
  expect(await (await page('2026-11-22T12:34Z')).json()).toMatchObject({ code: 'minute-open' })
  expect((await fetch(`${server.url}/api/v1/eventqry/days/2026-11-22`)).status).not.toBe(500)
  pass(clock, 10 * minuteMs)
  await server.closeDue()
  expect(await (await page('2026-11-22T12:33Z')).json()).toMatchObject({ code: 'before-the-book' })
  for (const minute of ['2026-11-22T12:34Z', '2026-11-22T12:43Z']) {
    expect((await page(minute)).status).toBe(200)
  }
})

test('a new book begins with its first minute also when the first closing skips some', async () => {
  using data = tempDirectory()
  const clock = clockAt(start)
  const node = await TestNode.open(data.path, clock)
  pass(clock, 5 * minuteMs)
  await node.closeDue()
  expect(node.book.state).toMatchObject({
    firstMinute: startMinute,
    closedThrough: startMinute + 4,
  })
  await node.stop()
})

test('a jump of the clock by a year closes what has events, and all before now at once', async () => {
  using data = tempDirectory()
  const clock = clockAt(start)
  const node = await TestNode.open(data.path, clock)
  await node.post([event])
  pass(clock, minuteMs)
  await node.post([event])
  clock.wallMs += 365 * 1_440 * minuteMs
  const began = performance.now()
  await node.closeDue()
  expect(performance.now() - began).toBeLessThan(15_000)
  const now = Math.floor(clock.wallMs / minuteMs)
  expect(node.book.state).toMatchObject({ firstMinute: startMinute, closedThrough: now - 1 })
  expect(await node.book.stats()).toMatchObject({
    pages: 2,
    oldestMinute: startMinute,
    newestMinute: startMinute + 1,
  })
  expect(node.recovered.ring.slots).toBe(0)
  await node.stop()
})

test('a minute closes only when the batches sequenced in it have an answer', async () => {
  using data = tempDirectory()
  const clock = clockAt(start)
  const node = await TestNode.open(data.path, clock)
  const posting = node.post([event])
  pass(clock, minuteMs)
  await node.closeDue()
  expect(node.book.state.closedThrough).toBeNull()
  expect((await posting).kind).toBe('accepted')
  await node.closeDue()
  expect(node.book.state.closedThrough).toBe(startMinute)
  expect(await node.book.stats()).toMatchObject({ pages: 1, events: 1 })
  await node.stop()
})
