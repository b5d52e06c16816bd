import { expect, test } from 'bun:test'
import { asObject } from '../http/json-object.ts'
import { clockAt, pass, type TempDirectory, tempDirectory } from '../server/in-process.ts'
import { copyData } from './copy-of-data.ts'
import { TestNode } from './open-node.ts'
import { Random } from './random.ts'
import { readPages } from './read-pages.ts'

const producers = ['a', 'b', 'c'] as const
const bursts = 80
/** Numbers of one producer lie below; those of the next above. */
const numbersMax = 1_000_000

/** The naive model: all numbers of each producer that were taken in. */
class Model {
  readonly come = producers.map(() => new Set<number>())
  failures = 0
  overlaps = 0
  /** Events of all batches that were not called duplicates. */
  taken = 0

  expectSame(node: TestNode): void {
    for (const [i, come] of this.come.entries()) {
      const account = node.recovered.producers.find(producers[i] ?? '')
      if (come.size === 0) {
        expect(account).toBeNull()
        continue
      }
      const highest = Math.max(...come)
      const missing: number[] = []
      for (let n = 1; n <= highest; n++) if (!come.has(n)) missing.push(n)
      const gaps = (account?.gaps ?? []).flatMap(([first, last]) => rangeOf(first, last))
      expect(gaps).toEqual(missing)
      expect(account).toMatchObject({ highest, accepted: come.size, rejected: 0, abandoned: 0 })
    }
    const totals = node.recovered.producers.totals()
    const accepted = this.come.reduce((sum, come) => sum + come.size, 0)
    const known = this.come.filter((come) => come.size > 0).length
    expect(totals).toMatchObject({ producers: known, accepted })
    expect(this.taken).toBe(accepted)
  }
}

const rangeOf = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

class Simulation {
  readonly model = new Model()
  readonly #random: Random
  readonly #clock = clockAt('2026-11-22T12:34:30Z')
  readonly #directories: TempDirectory[] = []
  #data = this.#directory()

  constructor(seed: number) {
    this.#random = new Random(seed)
  }

  async run(): Promise<readonly number[]> {
    let node = await this.#open()
    for (let i = 0; i < bursts; i++) {
      const posts = Array.from({ length: 1 + this.#random.below(8) }, () => this.#post(node))
      if (this.#random.chance(0.3)) {
        if (this.#random.chance(0.5)) await new Promise((resolve) => setImmediate(resolve))
        pass(this.#clock, 1_000 + this.#random.below(150_000))
        await node.closeDue()
      }
      await Promise.all(posts)
      this.model.expectSame(node)
      if (this.#random.chance(0.15)) node = await this.#restart(node)
    }
    this.model.expectSame(node)
    pass(this.#clock, 120_000)
    await node.closeDue()
    this.model.expectSame(node)
    await node.stop()
    const pages = await readPages(this.#data, this.#clock, [])
    return pages.flatMap((page) => page.events.map(({ n }) => n))
  }

  [Symbol.dispose](): void {
    for (const directory of this.#directories) directory[Symbol.dispose]()
  }

  #directory(): string {
    const directory = tempDirectory()
    this.#directories.push(directory)
    return directory.path
  }

  #open(): Promise<TestNode> {
    return TestNode.open(this.#data, this.#clock, [], () => this.#random.chance(0.2))
  }

  /** Stopped, or found as a crash has left it. */
  async #restart(node: TestNode): Promise<TestNode> {
    if (this.#random.chance(0.5)) {
      const copy = this.#directory()
      await copyData(node, this.#data, copy)
      this.#data = copy
    }
    await node.stop()
    const next = await this.#open()
    expect(next.aside).toEqual([])
    this.model.expectSame(next)
    return next
  }

  async #post(node: TestNode): Promise<void> {
    if (this.#random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve))
    const i = this.#random.below(producers.length)
    const come = this.model.come[i] ?? new Set()
    const highest = Math.max(0, ...come)
    // The next ones, some from before, or some after a gap.
    const shift = [0, 0, 0, -5, -20, 3][this.#random.below(6)] ?? 0
    const first = Math.max(1, highest + 1 + shift)
    const last = first + this.#random.below(12)
    const numbers = rangeOf(first, last)
    const events = numbers.map((n) => ({
      facility: 'f',
      level: 'info',
      event: 'e',
      additional: { n: i * numbersMax + n },
    }))
    const span = { producer: producers[i] ?? '', first, last }
    const outcome = await node.post(events, { span })
    if (outcome.kind === 'unavailable') this.model.failures++
    if (outcome.kind === 'sequence-overlap') this.model.overlaps++
    if (outcome.kind !== 'accepted') return
    const { accepted, duplicate } = asObject(JSON.parse(outcome.answer))
    expect(accepted).toBe(numbers.length)
    const isFirst = duplicate === false
    if (isFirst) this.model.taken += numbers.length
    for (const n of numbers) come.add(n)
  }
}

const givenSeed = process.env['MINUTEBOOK_SEED']
const seeds = givenSeed === undefined ? [1, 2, Date.now() & 0x7fff_ffff] : [Number(givenSeed)]

test.each(seeds)(
  'accounts of producers say what a set of numbers says, over failures and starts (seed %d)',
  async (seed) => {
    using simulation = new Simulation(seed)
    const numbers = await simulation.run()
    const { model } = simulation
    expect(model.failures).toBeGreaterThan(0)
    expect(model.overlaps).toBeGreaterThan(0)
    const expected = model.come.flatMap((come, i) => [...come].map((n) => i * numbersMax + n))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b))
  },
  60_000,
)

test('what came again is counted over closings and clean starts', async () => {
  using data = tempDirectory()
  const clock = clockAt('2026-11-22T12:34:30Z')
  const event = { facility: 'f', level: 'info', event: 'e' }
  const span = { producer: 'p', first: 1, last: 1 }
  let node = await TestNode.open(data.path, clock)
  for (let i = 1; i <= 12; i++) {
    await node.post([event], { span })
    if (i % 3 === 0) pass(clock, 60_000)
    if (i % 3 === 0) await node.closeDue()
    if (i === 6) {
      await node.stop()
      node = await TestNode.open(data.path, clock)
    }
    expect(node.recovered.producers.find('p')).toMatchObject({ accepted: 1, duplicates: i - 1 })
    expect(node.recovered.producers.totals()).toMatchObject({ duplicates: i - 1, accepted: 1 })
  }
  await node.stop()
})
