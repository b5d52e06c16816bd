import { unpack } from 'msgpackr'
import type { MakeDecoder } from '../src/decode/contract.ts'
import { makeJsonDecoder } from '../src/decode/json.ts'
import { makeMsgpackDecoder } from '../src/decode/msgpack.ts'
import { defaultBlockLimits, SliceTarget } from '../src/decode/slice-target.ts'
import { defaultLimits } from '../src/event/limits.ts'
import type { SealedBlock } from '../src/ring/block-builder.ts'
import { makeGenerator } from './events.ts'

/*
 * What does it cost to bring an event into columns, beside parsing it into objects with JSON.parse and
 * msgpackr? Batches of 5,000, in turns so that a noisy machine is noisy for all.
 * The parsers' side stops at objects: what it would cost to bring them into columns is not counted.
 */

const smoke = process.argv.includes('--smoke')
const json = process.argv.includes('--json')
const batchEvents = 5000
const batches = 8
const rounds = smoke ? 4 : 40

interface Contender {
  readonly name: string
  readonly run: (batch: number) => void
  /** ns an event of each round. */
  readonly ns: number[]
}

/** A target whose block is emptied after each batch, as the ring's are when their page is written. */
function decodeWith(make: MakeDecoder, bodies: readonly Uint8Array[]): (batch: number) => void {
  const limits = { ...defaultBlockLimits, bytesMax: 64 * 1024 * 1024 }
  let used: SealedBlock | undefined
  const first = new SliceTarget(new Uint8Array(0), 0, limits)
  return (batch) => {
    const body = bodies[batch] ?? new Uint8Array(0)
    const target = new SliceTarget(body, 1_700_000_000_000, limits, first.block)
    if (used !== undefined) target.block.attach(used)
    const decoder = make(body, target, defaultLimits)
    if (decoder.step(Number.POSITIVE_INFINITY) !== 'done' || decoder.accepted !== batchEvents) {
      throw new Error('a batch was not taken')
    }
    target.finish(decoder.position)
    used = target.block.detach()
  }
}

/** The mean of the faster half: what other processes steal in the slower half says nothing here. */
function typical(values: readonly number[]): number {
  const half = values.toSorted((a, b) => a - b).slice(0, Math.ceil(values.length / 2))
  return half.reduce((sum, value) => sum + value, 0) / half.length
}

const generator = makeGenerator(1)
const each = Array.from({ length: batches }, (_, i) => i * batchEvents)
const ndjson = each.map((from) => generator.ndjsonBatch(from, batchEvents))
const msgpack = each.map((from) => generator.msgpackBatch(from, batchEvents))
const lines = ndjson.map((bytes) => new TextDecoder().decode(bytes).trimEnd().split('\n'))
const text = new TextDecoder()

const contenders: Contender[] = [
  { name: 'json to columns', run: decodeWith(makeJsonDecoder, ndjson), ns: [] },
  {
    name: 'JSON.parse per line, lines given as strings',
    run: (batch) => {
      for (const line of lines[batch] ?? []) JSON.parse(line)
    },
    ns: [],
  },
  {
    name: 'JSON.parse per line, from the bytes',
    run: (batch) => {
      for (const line of text.decode(ndjson[batch]).trimEnd().split('\n')) JSON.parse(line)
    },
    ns: [],
  },
  { name: 'msgpack to columns', run: decodeWith(makeMsgpackDecoder, msgpack), ns: [] },
  { name: 'msgpackr unpack', run: (batch) => unpack(msgpack[batch] ?? new Uint8Array(0)), ns: [] },
]

for (let round = 0; round < rounds; round++) {
  for (const contender of contenders) {
    const before = Bun.nanoseconds()
    for (let batch = 0; batch < batches; batch++) contender.run(batch)
    const took = Bun.nanoseconds() - before
    // The first rounds run in the interpreter: they are warm-up.
    if (round >= rounds / 4) contender.ns.push(took / (batches * batchEvents))
  }
}

const results = contenders.map(({ name, ns }) => ({ name, nsPerEvent: Math.round(typical(ns)) }))
const nsOf = (index: number): number => results[index]?.nsPerEvent ?? Number.NaN
const ratios = [
  { name: 'json / JSON.parse of strings', ratio: nsOf(0) / nsOf(1), target: 0.45 },
  { name: 'json / JSON.parse from the bytes', ratio: nsOf(0) / nsOf(2), target: 0.45 },
  { name: 'msgpack / msgpackr', ratio: nsOf(3) / nsOf(4), target: 0.45 },
]
const rows = json
  ? [...results, ...ratios].map((row) => JSON.stringify({ bench: 'decode', ...row }))
  : [
      ...results.map(({ name, nsPerEvent }) => `${name.padEnd(44)} ${nsPerEvent} ns an event`),
      ...ratios.map(
        ({ name, ratio, target }) => `${name.padEnd(44)} ${ratio.toFixed(2)} (target ${target})`,
      ),
    ]
process.stdout.write(`${rows.join('\n')}\n`)
