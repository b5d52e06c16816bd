import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { unpackMultiple } from 'msgpackr'
import type { AnswerFormat } from '../../src/query/contract.ts'
import { Output } from '../../src/query/render/output.ts'
import { Renderer } from '../../src/query/render/renderer.ts'
import { arbitraryEvent } from './arbitrary-event.ts'
import { expectedEvent, inJson } from './expected-event.ts'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import { readJson, show } from './leaf.ts'
import { unpackLeaves } from './leaf-msgpack.ts'
import { readCsv } from './read-csv.ts'
import { seedNote } from './seed.ts'
import { builderOf, roomyLimits, type TypedEvent } from './typed-event.ts'

const minute = 29_000_000
const part = 3
const { seed } = seedNote('render')
const runs = { numRuns: 300, seed, endOnFailure: true }

/** Few columns, so that some members of some events go to the rest. */
const tightLimits = { ...roomyLimits, columnsMax: 3, pathsMax: 5 }

function rendered(
  events: readonly TypedEvent[],
  format: AnswerFormat,
  options: { rows?: readonly number[]; limits?: typeof roomyLimits } = {},
): Buffer {
  const sealed = builderOf(events, options.limits).detach()
  const block = openBlock(encodeBlock(minute, part, sealed).bytes)
  const rows = options.rows ?? events.keys().toArray()
  const out = new Output()
  const renderer = new Renderer(format)
  renderer.begin(out, '{"events":')
  const writer = renderer.block(out, block, rows.length)
  for (const row of rows) renderer.event(out, writer, row)
  renderer.end(out, '}')
  return Buffer.from(out.take())
}

const places = (events: readonly TypedEvent[]) =>
  events.map((event, row) => expectedEvent(event, { minute, part, row }))

const someEvents = fc.array(arbitraryEvent, { maxLength: 12 })
const limits = fc.constantFrom(roomyLimits, tightLimits)

describe('what was put into a block comes out', () => {
  test('as NDJSON', () => {
    fc.assert(
      fc.property(someEvents, limits, (events, limits) => {
        const lines = rendered(events, 'ndjson', { limits }).toString().split('\n')
        expect(lines.pop()).toBe('')
        expect(lines.map((line) => show(readJson(line)))).toEqual(
          places(events).map((event) => show(inJson(event))),
        )
      }),
      runs,
    )
  })

  test('as JSON, between the given texts', () => {
    fc.assert(
      fc.property(someEvents, limits, (events, limits) => {
        const found = readJson(rendered(events, 'json', { limits }).toString())
        expect(show(found)).toBe(show(new Map([['events', places(events).map(inJson)]])))
      }),
      runs,
    )
  })

  test('as a sequence of msgpack maps', () => {
    fc.assert(
      fc.property(someEvents, limits, (events, limits) => {
        const bytes = rendered(events, 'msgpack', { limits })
        expect(unpackLeaves(bytes).map(show)).toEqual(places(events).map(show))
        const found: unknown = events.length === 0 ? [] : unpackMultiple(bytes)
        expect(found).toMatchObject(places(events).map((event) => ({ id: event.get('id') })))
      }),
      runs,
    )
  })

  test('as CSV with JSON in its last column', () => {
    fc.assert(
      fc.property(someEvents, limits, (events, limits) => {
        const [header, ...rows] = readCsv(rendered(events, 'csv', { limits }).toString())
        const names = ['id', 'received', 'timestamp', 'facility', 'level', 'event', 'additional']
        expect(header).toEqual(names)
        const found = rows.map((row) => {
          const fields = row.map((field, i) => (i === 6 ? readJson(field) : field))
          return show(new Map(names.map((name, i) => [name, fields[i] ?? null])))
        })
        expect(found).toEqual(places(events).map((event) => show(inJson(event))))
      }),
      runs,
    )
  })

  test('row by row when only some are asked for', () => {
    const chosen = fc.array(fc.boolean(), { minLength: 12, maxLength: 12 })
    fc.assert(
      fc.property(someEvents, limits, chosen, (events, limits, flags) => {
        const rows = events
          .keys()
          .toArray()
          .filter((row) => flags[row])
        const lines = rendered(events, 'ndjson', { rows, limits })
          .toString()
          .split('\n')
          .slice(0, -1)
        const all = places(events)
        expect(lines.map((line) => show(readJson(line)))).toEqual(
          rows.map((row) => show(inJson(all[row] ?? null))),
        )
      }),
      runs,
    )
  })
})

test('the members of an event come in the order of the design', () => {
  const [event] = fc.sample(arbitraryEvent, { numRuns: 1, seed: 1 })
  if (event === undefined) throw new Error('no sample')
  const line = rendered([{ ...event, members: [] }], 'ndjson').toString()
  const names = ['id', 'received', 'timestamp', 'facility', 'level', 'event', 'additional']
  expect(Object.keys(JSON.parse(line))).toEqual(names)
  expect(line).toEndWith(',"additional":{}}\n')
})
