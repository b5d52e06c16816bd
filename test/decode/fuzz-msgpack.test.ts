import { expect, test } from 'bun:test'
import { Unpackr } from 'msgpackr'
import { makeRandom } from '../../bench/event-model.ts'
import { makeMsgpackDecoder } from '../../src/decode/msgpack.ts'
import { defaultBlockLimits } from '../../src/decode/slice-target.ts'
import { type Dice, mutate } from './arbitrary-json.ts'
import { arbitraryEvent, packedEvents } from './arbitrary-msgpack.ts'
import { decodeBody, receivedMs, tightBlocks } from './decode-body.ts'
import { ReferenceMsgpack } from './reference-msgpack.ts'
import { judge, type PlainEvent } from './reference-rules.ts'
import { type Plain, plain, type Reference } from './reference-value.ts'

const bodyCount = Number(process.env['FUZZ_BODIES'] ?? 40_000)
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122)

interface Expected {
  readonly values: readonly Reference[]
  readonly events: PlainEvent[]
  /** Indexes of the refused events, and the codes of the rules that each breaks. */
  readonly refused: number[]
}

/** What a body must give, or null when it is not msgpack. */
function expectedOf(body: Uint8Array): Expected | null {
  const values: Reference[] = []
  const reader = new ReferenceMsgpack(body)
  try {
    while (!reader.ended) values.push(reader.value())
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return null
  }
  if (values.length === 0) return null
  const expected: Expected = { values, events: [], refused: [] }
  for (const value of values.flatMap((value) => (value.type === 'array' ? value.items : [value]))) {
    const { event } = judge(value, receivedMs)
    if (event === undefined) expected.refused.push(expected.events.length + expected.refused.length)
    else expected.events.push(event)
  }
  return expected
}

/**
 * The body as msgpackr reads it must be the body as the reference reads it, but for what the value table
 * says of msgpackr: it loses the difference of 1.0 and 1, and what is undefined or bad is left out here.
 */
function compareWithMsgpackr(body: Uint8Array, values: readonly Reference[]): void {
  const unpackr = new Unpackr({ mapsAsObjects: false, int64AsType: 'bigint', useRecords: true })
  const theirs: unknown[] = []
  unpackr.unpackMultiple(body, (value: unknown) => {
    theirs.push(value)
  })
  expect(theirs.map(untyped)).toEqual(values.map((value) => numbersAlike(plain(value))))
}

function numbersAlike(value: Plain): Plain {
  if (typeof value === 'string') {
    return /^(?:integer|double) /.test(value)
      ? `number ${Number(value.replace(/^\w+ /, ''))}`
      : value
  }
  if (Array.isArray(value)) return value.map(numbersAlike)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, numbersAlike(member)]),
  )
}

function untyped(value: unknown): Plain {
  if (typeof value === 'string') return `text ${value}`
  if (typeof value === 'number' || typeof value === 'bigint') return `number ${Number(value)}`
  if (value === null || typeof value === 'boolean') return value
  if (value instanceof Date) {
    const ms = value.getTime()
    return `time ${Math.floor(ms / 1000)} ${(ms - Math.floor(ms / 1000) * 1000) * 1_000_000}`
  }
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (Array.isArray(value)) return value.map(untyped)
  const entries = value instanceof Map ? [...value] : Object.entries(value ?? {})
  const kept = entries.filter(([, member]) => member !== undefined)
  return Object.fromEntries(kept.map(([name, member]) => [String(name), untyped(member)]))
}

function bodyOf(dice: Dice): { body: Uint8Array; clean: boolean } {
  if (dice(3) === 0) {
    const body = new Uint8Array(packedEvents(dice))
    return dice(2) === 0 ? { body, clean: true } : { body: mutate(dice, body), clean: false }
  }
  const events = Array.from({ length: 1 + dice(4) }, () => arbitraryEvent(dice))
  const head = dice(2) === 0 ? [Buffer.from([0x90 | events.length])] : []
  const body = new Uint8Array(Buffer.concat([...head, ...events]))
  return { body: dice(3) === 0 ? mutate(dice, body) : body, clean: false }
}

test(`${bodyCount} generated and mutated msgpack bodies (FUZZ_SEED=${seed}) decode as specified and as by msgpackr`, () => {
  const random = makeRandom(seed)
  const dice: Dice = (below) => random() % below
  const seen = { events: 0, refused: 0, unreadable: 0, compared: 0 }
  for (let i = 0; i < bodyCount; i++) {
    const { body, clean } = bodyOf(dice)
    const expected = expectedOf(body)
    const shown = `body ${i}: ${Buffer.from(body).toString('hex')}`
    try {
      const decoded = decodeBody(body, {
        make: makeMsgpackDecoder,
        stepBytes: i % 4 === 0 ? 1 + dice(60) : Number.POSITIVE_INFINITY,
        blockLimits: i % 3 === 0 ? tightBlocks(dice) : defaultBlockLimits,
      })
      expect(decoded.outcome).toBe(expected === null ? 'unreadable' : 'done')
      if (expected === null) {
        seen.unreadable++
        continue
      }
      seen.events += decoded.accepted
      seen.refused += decoded.rejectedCount
      expect(decoded.events).toEqual(expected.events)
      expect(decoded.rejected.map(({ index }) => index)).toEqual(expected.refused)
      if (!clean) continue
      seen.compared++
      compareWithMsgpackr(body, expected.values)
    } catch (error) {
      throw new Error(`${shown}\n${String(error)}`, { cause: error })
    }
  }
  // The generator must reach all ends, or the comparison shows nothing.
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(bodyCount / 20)
}, 120_000)
