import { expect, test } from 'bun:test'
import { MinuteTimer } from '../../src/ingest/minute-timer.ts'

test('the timer closes what is due, again until it is done', async () => {
  const done = Promise.withResolvers<void>()
  let due = 3
  const timer = new MinuteTimer({
    nowMs: () => 59_999,
    isDue: () => due > 0,
    close: async () => {
      due--
      if (due === 0) done.resolve()
    },
    onError: done.reject,
  })
  timer.start()
  await done.promise
  timer.stop()
  expect(due).toBe(0)
})

test('the timer reports what goes wrong once, and nothing once it is stopped', async () => {
  const errors: unknown[] = []
  const failing = async (isStopped: boolean): Promise<void> => {
    const closing = Promise.withResolvers<void>()
    const called = Promise.withResolvers<void>()
    const timer = new MinuteTimer({
      nowMs: () => 0,
      isDue: () => true,
      close: () => {
        called.resolve()
        return closing.promise
      },
      onError: (error) => errors.push(error),
    })
    timer.start()
    await called.promise
    if (isStopped) timer.stop()
    closing.reject(new Error('the book is closed'))
    await closing.promise.catch(() => {})
    await new Promise((resolve) => setImmediate(resolve))
    timer.stop()
  }
  await failing(true)
  expect(errors).toEqual([])
  await failing(false)
  expect(errors).toHaveLength(1)
})
