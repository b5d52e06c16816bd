import { describe, expect, test } from 'bun:test'
import { ServerClock, type ClockStep } from '../../src/ring/server-clock.ts'

/** Two clocks of a machine, moved by hand. */
function machine(startMs: number) {
  let wallMs = startMs
  let monotonicMs = 5_000
  return {
    wallMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    pass(ms: number) {
      wallMs += ms
      monotonicMs += ms
    },
    step(ms: number) {
      wallMs += ms
    },
  }
}

const start = Date.UTC(2026, 10, 22, 12, 0, 30)
const second = 1_000
const minute = 60 * second
const year = 365 * 24 * 60 * minute

describe('the server clock', () => {
  test('follows the wall clock', () => {
    const time = machine(start)
    const clock = new ServerClock(time, 0)
    expect(clock.now()).toBe(start)
    time.pass(1_234)
    expect(clock.now()).toBe(start + 1_234)
    expect(clock.steps).toBe(0)
  })

  test('begins at its floor although the wall clock is behind', () => {
    const time = machine(start)
    const clock = new ServerClock(time, start + 30 * second)
    expect(clock.now()).toBe(start + 30 * second)
    time.pass(31 * second)
    expect(clock.now()).toBe(start + 31 * second)
  })

  test('stands still after a step back of up to a minute, then follows again', () => {
    const time = machine(start)
    const clock = new ServerClock(time, 0)
    clock.now()
    time.step(-minute)
    expect(clock.now()).toBe(start)
    time.pass(59 * second)
    expect(clock.now()).toBe(start)
    time.pass(2 * second)
    expect(clock.now()).toBe(start + second)
  })

  test('goes on by the monotonic clock after a larger step back', () => {
    const time = machine(start)
    const clock = new ServerClock(time, 0)
    clock.now()
    time.step(-year)
    expect(clock.now()).toBe(start)
    time.pass(5 * minute)
    expect(clock.now()).toBe(start + 5 * minute)
    time.step(year)
    time.pass(second)
    expect(clock.now()).toBe(start + 5 * minute + second)
  })

  for (const stepMs of [second, -second, 5 * minute, -5 * minute, year, -year]) {
    test(`never steps back when the wall clock steps by ${stepMs} ms`, () => {
      const time = machine(start)
      const clock = new ServerClock(time, 0)
      let last = clock.now()
      for (let i = 0; i < 1_000; i++) {
        if (i === 300) time.step(stepMs)
        if (i === 700) time.step(-stepMs)
        time.pass(137)
        const now = clock.now()
        expect(now).toBeGreaterThanOrEqual(last)
        last = now
      }
    })
  }

  test('reports steps, and when the last jump ahead was', () => {
    const time = machine(start)
    const clock = new ServerClock(time, 0)
    const steps: ClockStep[] = []
    clock.onStep = (step) => steps.push(step)
    clock.now()
    time.step(-5 * minute)
    clock.now()
    time.step(year)
    clock.now()
    expect(steps.map((step) => step.byMs)).toEqual([-5 * minute, year])
    expect(clock.steps).toBe(2)
    expect(clock.lastForwardJumpMs).toBe(start - 5 * minute + year)
  })
})
