import { expect, test } from 'bun:test'
import type { IngestOutcome } from '../../src/ingest/contract.ts'
import { asObject } from '../http/json-object.ts'
import { clockAt, pass, tempDirectory, type TurnedClock } from '../server/in-process.ts'
import { copyData } from './copy-of-data.ts'
import { type PostOptions, TestNode } from './open-node.ts'
import { Random } from './random.ts'
import { type ReadPage, readPages } from './read-pages.ts'

const flags = ['--block-bytes', String(2 ** 20), '--ring-bytes', String(16 * 2 ** 20)]
const bursts = 60
const filler = 'x'.repeat(230_000)

interface Sent {
  readonly events: readonly object[]
  readonly numbers: readonly number[]
  readonly options: PostOptions
}

/** Where a batch that was acknowledged stands in the order of all, by the number of each of its events. */
type Acknowledged = Map<number, number>

/** Posts what comes to mind, fails groups, turns the clock and starts again; keeps what was acknowledged. */
class Simulation {
  readonly #random: Random
  readonly #data: string
  readonly #clock: TurnedClock
  readonly acknowledged: Acknowledged = new Map()
  readonly #sent: Sent[] = []
  #nextNumber = 1
  failures = 0
  refusals = 0

  constructor(seed: number, data: string, clock: TurnedClock) {
    this.#random = new Random(seed)
    this.#data = data
    this.#clock = clock
  }

  async run(): Promise<TestNode> {
    let node = await this.#open()
    for (let i = 0; i < bursts; i++) {
      const posts = Array.from({ length: 1 + this.#random.below(12) }, () => this.#post(node))
      const isTurned = this.#random.chance(0.3)
      if (isTurned) {
        if (this.#random.chance(0.5)) await new Promise((resolve) => setImmediate(resolve))
        pass(this.#clock, 1_000 + this.#random.below(150_000))
        await node.closeDue()
      }
      await Promise.all(posts)
      if (this.#random.chance(0.1)) {
        await node.stop()
        node = await this.#open()
        expect(node.aside).toEqual([])
      }
    }
    return node
  }

  #open(): Promise<TestNode> {
    return TestNode.open(this.#data, this.#clock, flags, () => this.#random.chance(0.2))
  }

  async #post(node: TestNode): Promise<void> {
    if (this.#random.chance(0.3)) await new Promise((resolve) => setImmediate(resolve))
    const sent = this.#next()
    this.#sent.push(sent)
    this.#note(sent, await node.post(sent.events, sent.options))
  }

  #next(): Sent {
    const known = this.#sent[this.#random.below(this.#sent.length)]
    if (known?.options.key !== undefined && this.#random.chance(0.3)) return known
    const isLarge = this.#random.chance(0.06)
    const count = isLarge ? 19 + this.#random.below(10) : 1 + this.#random.below(40)
    const badness = [0, 0, 0, 0.3, 1][this.#random.below(5)] ?? 0
    const numbers: number[] = []
    const events = Array.from({ length: count }, () => {
      const n = this.#nextNumber++
      const isBad = this.#random.chance(badness)
      if (!isBad) numbers.push(n)
      const additional: Record<string, unknown> = { n, [`k${n % 7}`]: { b: n / 4 } }
      if (isLarge) additional['filler'] = `${n}${filler}`
      const timestamp = n % 5 === 0 ? '2026-11-22T12:34:56.123456789Z' : undefined
      return {
        facility: 'sim',
        level: isBad ? 'bad' : 'info',
        event: `e ${n}`,
        timestamp,
        additional,
      }
    })
    const strict = this.#random.chance(0.2)
    const options = this.#random.chance(0.3) ? { strict, key: `key-${numbers[0]}` } : { strict }
    return { events, numbers, options }
  }

  #note({ numbers }: Sent, outcome: IngestOutcome): void {
    if (outcome.kind === 'unavailable') this.failures++
    if (outcome.kind === 'refused') this.refusals++
    if (outcome.kind !== 'accepted') return
    const answer = asObject(JSON.parse(outcome.answer))
    expect(answer['accepted']).toBe(numbers.length)
    const sequence = Number.parseInt(String(answer['batch']), 16)
    for (const n of numbers) {
      expect(this.acknowledged.get(n) ?? sequence).toBe(sequence)
      this.acknowledged.set(n, sequence)
    }
  }
}

/** Along the ids of a part, batches come in the journal's order, and so do the events of each. */
function expectJournalOrder(page: ReadPage, acknowledged: Acknowledged): void {
  const lastOfPart = new Map<string, { sequence: number; n: number }>()
  for (const { id, n } of page.events) {
    const part = id.slice(0, 12)
    const sequence = acknowledged.get(n) ?? 0
    const last = lastOfPart.get(part) ?? { sequence: 0, n: 0 }
    expect(sequence).toBeGreaterThanOrEqual(last.sequence)
    if (sequence === last.sequence) expect(n).toBeGreaterThan(last.n)
    lastOfPart.set(part, { sequence, n })
  }
}

const givenSeed = process.env['MINUTEBOOK_SEED']
const anySeed = Date.now() & 0x7fff_ffff
const seeds = givenSeed === undefined ? [1, 2, 3, anySeed] : [Number(givenSeed)]

test.each(seeds)(
  'every acknowledged event is on one page once, and nothing else is (seed %d)',
  async (seed) => {
    using data = tempDirectory()
    using copy = tempDirectory()
    const clock = clockAt('2026-11-22T12:34:30Z')
    const simulation = new Simulation(seed, data.path, clock)
    const node = await simulation.run()
    expect(simulation.failures).toBeGreaterThan(0)
    expect(simulation.refusals).toBeGreaterThan(0)
    // A server that stops here and comes back makes the same page of the open minute.
    await copyData(node, data.path, copy.path)
    pass(clock, 120_000)
    await node.closeDue()
    await node.stop()

    const pages = await readPages(data.path, clock, flags)
    const numbers = pages.flatMap((page) => page.events.map(({ n }) => n))
    expect(numbers.toSorted((a, b) => a - b)).toEqual(
      [...simulation.acknowledged.keys()].toSorted((a, b) => a - b),
    )
    const ids = pages.flatMap((page) => page.events.map(({ id }) => id))
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(ids.length)
    for (const page of pages) expectJournalOrder(page, simulation.acknowledged)
    expect(await readPages(copy.path, clock, flags)).toEqual(pages)
  },
  60_000,
)
