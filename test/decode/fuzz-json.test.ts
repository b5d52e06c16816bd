import { expect, test } from 'bun:test'
import { makeRandom } from '../../bench/event-model.ts'
import { arbitraryEvent, type Dice, mutate } from './arbitrary-json.ts'
import { decodeBody, receivedMs, tightBlocks } from './decode-body.ts'
import { defaultBlockLimits } from '../../src/decode/slice-target.ts'
import { ReferenceJson } from './reference-json.ts'
import { judge, type PlainEvent } from './reference-rules.ts'
import { type Plain, plain, type Reference } from './reference-value.ts'

const bodyCount = Number(process.env['FUZZ_BODIES'] ?? 80_000)
const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_122)

interface Expected {
  readonly readable: boolean
  readonly events: PlainEvent[]
  /** Index and the codes that are right for it. */
  readonly refused: [number, ReadonlySet<string>][]
}

/** What a body must give, by the reference reader over its bytes as Latin-1 (one character a byte). */
function expectedOf(body: Uint8Array): Expected {
  const text = Buffer.from(body).toString('latin1')
  const expected: Expected = { readable: true, events: [], refused: [] }
  const unreadable: Expected = { readable: false, events: [], refused: [] }
  const reader = new ReferenceJson(text)
  if (text.startsWith('\u00ef\u00bb\u00bf')) reader.at = 3
  reader.skipSpace()
  const first = reader.at
  if (first === text.length) return unreadable
  let inArray = false
  for (;;) {
    reader.skipSpace()
    const start = reader.at
    if (start === text.length) return inArray ? unreadable : expected
    if (!inArray && text[start] === '[') {
      reader.at++
      reader.skipSpace()
      if (text[reader.at] === ']') reader.at++
      else inArray = true
      continue
    }
    try {
      reader.value()
      take(expected, body.subarray(start, reader.at))
      if (inArray) {
        reader.skipSpace()
        const next = text[reader.at++]
        if (next === ']') inArray = false
        else if (next !== ',') return unreadable
      }
    } catch {
      const newline = text.indexOf('\n', start)
      reader.at = newline < 0 ? text.length : newline
      reader.skipSpace()
      const next = text[reader.at]
      const severalLines = next === undefined ? text.lastIndexOf('\n', start) > first : next === '{'
      if (inArray || !severalLines) return unreadable
      refuse(expected, new Set(['json-malformed']))
    }
  }
}

function refuse(expected: Expected, codes: ReadonlySet<string>): void {
  expected.refused.push([expected.events.length + expected.refused.length, codes])
}

function take(expected: Expected, slice: Uint8Array): void {
  let reference: Reference
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(slice)
    reference = ReferenceJson.whole(text)
    expect(plain(reference)).toEqual(byRuntime(text))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    refuse(expected, new Set(['text-invalid-utf8', ...otherCodes(slice)]))
    return
  }
  const { event, codes } = judge(reference, receivedMs)
  if (event === undefined) refuse(expected, codes)
  else expected.events.push(event)
}

/** Codes that hold beside invalid UTF-8: which rule is seen first is not promised. */
function otherCodes(slice: Uint8Array): ReadonlySet<string> {
  const { codes } = judge(ReferenceJson.whole(new TextDecoder().decode(slice)), receivedMs)
  return codes ?? new Set()
}

/** The value as JSON.parse sees it, with number literals by their source text. */
function byRuntime(text: string): Plain {
  return JSON.parse(text, (...given: unknown[]) => {
    const [, value, context] = given
    if (typeof value === 'string') return `text ${value}`
    if (typeof value !== 'number') return value
    return plain(ReferenceJson.whole(sourceOf(context)))
  })
}

/** A third argument of revivers, not yet in the types: the text of a number. */
function sourceOf(context: unknown): string {
  if (typeof context !== 'object' || context === null || !('source' in context))
    throw new TypeError()
  return String(context.source)
}

function bodyOf(dice: Dice): Uint8Array {
  const events = Array.from({ length: 1 + dice(4) }, () => arbitraryEvent(dice))
  const kind = dice(5)
  let text = events.join('\n')
  if (kind === 0) text = `[${events.join(',')}]`
  else if (kind === 1) text = events.join('')
  else if (kind === 2) text = `${events.join('\r\n\n')}\n`
  const body = new TextEncoder().encode((dice(20) === 0 ? '\ufeff' : '') + text)
  return dice(3) === 0 ? body : mutate(dice, body)
}

test(`${bodyCount} generated and mutated JSON bodies (FUZZ_SEED=${seed}) decode as JSON.parse reads them`, () => {
  const random = makeRandom(seed)
  const dice: Dice = (below) => random() % below
  const seen = { events: 0, refused: 0, unreadable: 0 }
  for (let i = 0; i < bodyCount; i++) {
    const body = bodyOf(dice)
    const expected = expectedOf(body)
    const decoded = decodeBody(body, {
      stepBytes: i % 4 === 0 ? 1 + dice(60) : Number.POSITIVE_INFINITY,
      blockLimits: i % 3 === 0 ? tightBlocks(dice) : defaultBlockLimits,
    })
    const shown = `body ${i}: ${JSON.stringify(Buffer.from(body).toString('latin1'))}`
    const result = decoded.outcome === 'done'
    if (result !== expected.readable) expect(`${shown} ${decoded.outcome}`).toBe('read otherwise')
    if (!result) {
      seen.unreadable++
      continue
    }
    seen.events += decoded.accepted
    seen.refused += decoded.rejectedCount
    try {
      expect(decoded.events).toEqual(expected.events)
      expect(decoded.rejected.map(({ index }) => index)).toEqual(
        expected.refused.map(([index]) => index),
      )
      for (const [n, [, codes]] of expected.refused.entries()) {
        expect([...codes]).toContain(decoded.rejected[n]?.code ?? '')
      }
    } catch (error) {
      throw new Error(`${shown}\n${String(error)}`, { cause: error })
    }
  }
  // The generator must reach all three ends, or the comparison shows nothing.
  expect(Math.min(seen.events, seen.refused, seen.unreadable)).toBeGreaterThan(bodyCount / 10)
}, 120_000)
