import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { unpackMultiple } from 'msgpackr'
import { Kind } from '../../src/event/kind.ts'
import { encodeBlock } from '../../src/page/block-encoder.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import type { AnswerFormat } from '../../src/query/contract.ts'
import { Output } from '../../src/query/render/output.ts'
import { memberNames, Projection } from '../../src/query/render/projection.ts'
import { Renderer } from '../../src/query/render/renderer.ts'
import { readCsv } from './read-csv.ts'
import { seedNote } from './seed.ts'
import {
  builderOf,
  roomyLimits,
  type TypedEvent,
  type TypedMember,
  type TypedValue,
} from './typed-event.ts'

const { seed } = seedNote('projection')
const minute = 29_400_000

const names = ['a', 'b', 'a.b', 'c', 'id', 'additional']
const value: fc.Arbitrary<TypedValue> = fc.oneof(
  fc.integer().map((n): TypedValue => ({ kind: Kind.Int, value: n })),
  fc.string({ maxLength: 5 }).map((text): TypedValue => ({ kind: Kind.Text, value: text })),
  fc.constant<TypedValue>({ kind: Kind.Json, leaf: [1n, 'x'] }),
)
const members = fc
  .uniqueArray(
    fc.record({
      path: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }),
      value,
    }),
    { maxLength: 6, selector: ({ path }) => JSON.stringify(path) },
  )
  .map((list) => list.filter((one) => !list.some((other) => begins(one, other))))

function begins(one: TypedMember, other: TypedMember): boolean {
  if (one === other || one.path.length > other.path.length) return false
  return one.path.every((segment, i) => segment === other.path[i])
}

const events = fc.array(
  members.map((list): TypedEvent => ({
    receivedMs: minute * 60_000,
    timestampMs: minute * 60_000 - 5,
    timestampNanos: list.length % 2,
    facility: 'checkout, "EU"',
    level: list.length,
    event: 'paid',
    members: list,
  })),
  { minLength: 1, maxLength: 5 },
)
const paths = ['a', 'b', 'a.b', 'a.b.c', 'c', 'additional.id', 'additional.a', 'nothing']
const fields = fc.subarray([...memberNames, ...paths], { minLength: 1 })

type Json = Readonly<Record<string, unknown>>

const isMember = (name: string): boolean => memberNames.some((member) => member === name)

/** What is kept of a whole event, by the letter of the rule. */
function kept(event: Json, asked: readonly string[]): Json {
  const wanted = asked
    .filter((name) => !isMember(name))
    .map((name) => name.replace(/^additional\./, ''))
  const all = asked.includes('additional')
  return Object.fromEntries(
    Object.entries(event).flatMap(([name, member]) => {
      if (name === 'additional' && !all) {
        return wanted.length === 0 ? [] : [[name, cut(member, '', wanted) ?? {}]]
      }
      return asked.includes(name) ? [[name, member]] : []
    }),
  )
}

/** Undefined: nothing of it. */
function cut(node: unknown, path: string, wanted: readonly string[]): unknown {
  if (wanted.some((one) => path === one || path.startsWith(`${one}.`))) return node
  if (Array.isArray(node))
    return wanted.some((one) => one.startsWith(`${path}.`)) ? node : undefined
  if (typeof node !== 'object' || node === null) return undefined
  const inner = Object.entries(node).flatMap(([name, child]) => {
    const part = cut(child, path === '' ? name : `${path}.${name}`, wanted)
    return part === undefined ? [] : [[name, part] as const]
  })
  return inner.length === 0 ? undefined : Object.fromEntries(inner)
}

function render(
  list: readonly TypedEvent[],
  format: AnswerFormat,
  { asked, limits = roomyLimits }: { asked: readonly string[] | null; limits?: typeof roomyLimits },
): Buffer {
  const block = openBlock(encodeBlock(minute, 0, builderOf(list, limits).detach()).bytes)
  const renderer = new Renderer(format, asked === null ? null : new Projection(asked))
  const out = new Output()
  renderer.begin(out, '')
  const rows = renderer.block(out, block, list.length)
  for (let row = 0; row < list.length; row++) renderer.event(out, rows, row)
  renderer.end(out, '')
  return Buffer.from(out.take())
}

const cellOf = (name: string | undefined, cell: string): unknown =>
  name === 'additional' ? JSON.parse(cell) : cell

describe('what is kept of events', () => {
  for (const limits of [roomyLimits, { ...roomyLimits, columnsMax: 1 }]) {
    test(`is what was asked for, with ${limits.columnsMax} columns`, () => {
      fc.assert(
        fc.property(events, fields, (list, asked) => {
          const whole: Json[] = JSON.parse(render(list, 'json', { asked: null, limits }).toString())
          const wanted = whole.map((event) => kept(event, asked))
          const json = render(list, 'json', { asked, limits }).toString()
          expect(JSON.parse(json)).toEqual(wanted)
          // The order of the members too; those without a column come behind those with one.
          if (limits === roomyLimits) expect(json).toBe(JSON.stringify(wanted))
          expect(unpackMultiple(render(list, 'msgpack', { asked, limits }))).toEqual(wanted)
          const [head = [], ...lines] = readCsv(render(list, 'csv', { asked, limits }).toString())
          expect(
            lines.map((line) =>
              Object.fromEntries(line.map((cell, i) => [head[i], cellOf(head[i], cell)])),
            ),
          ).toEqual(wanted)
        }),
        { numRuns: 300, seed },
      )
    })
  }
})
