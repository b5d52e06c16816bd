import { expect, test } from 'bun:test'
import { ClosedMinutes } from '../../src/ingest/closed-minutes.ts'

const patientMs = 60_000

test('a wait ends with the minute it asks for, not with an earlier one', async () => {
  let through: number | null = null
  const minutes = new ClosedMinutes(() => through)
  const { signal } = new AbortController()
  const waits = [minutes.wait(4, patientMs, signal), minutes.wait(5, patientMs, signal)]
  through = 5
  minutes.closed()
  expect(await waits[0]).toBe(5)
  expect(minutes.waiting).toBe(1)
  through = 7
  minutes.closed()
  expect(await waits[1]).toBe(7)
  expect(await minutes.wait(6, patientMs, signal)).toBe(7)
  expect(minutes.waiting).toBe(0)
})

test('a wait ends when its time is over or it is given up, and leaves nothing behind', async () => {
  const minutes = new ClosedMinutes(() => 3)
  const givenUp = new AbortController()
  expect(await minutes.wait(3, 1, givenUp.signal)).toBeNull()
  const waiting = minutes.wait(3, patientMs, givenUp.signal)
  expect(minutes.waiting).toBe(1)
  givenUp.abort()
  expect(await waiting).toBeNull()
  expect(await minutes.wait(3, patientMs, givenUp.signal)).toBeNull()
  expect(minutes.waiting).toBe(0)
})
