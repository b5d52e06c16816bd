import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { EventEncoder, noFields } from '../../src/client/encode/event-encoder.ts'
import { makeMsgpackDecoder } from '../../src/decode/msgpack.ts'
import { decodeEvents } from './decode-events.ts'
import { decodeBody } from '../decode/decode-body.ts'
import { eventStart } from '../../src/client/sink.ts'

/* Whatever an application logs, a server takes: no value makes an event that is refused. */

const anyValue = fc.anything({
  withBigInt: true,
  withBoxedValues: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSet: true,
  withSparseArray: true,
  withTypedArray: true,
  maxDepth: 6,
  key: fc.string({ unit: 'binary', maxLength: 400 }),
  values: [
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    }),
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.bigInt(),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array({ maxLength: 100 }),
    fc.constantFrom(null, undefined, true, Number.NaN, -0, Symbol('s'), () => 1, new Error('e')),
  ],
})

const encode = (encoder: EventEncoder, event: string, bound: unknown, fields: unknown): Buffer => {
  const parts = { timeMs: 1_700_000_000_000, bound: encoder.bind(noFields, bound), fields }
  const end = encoder.encode(6, event, parts)
  // Not before: the buffer may have grown.
  return encoder.bytes.subarray(eventStart, end)
}

describe('any event', () => {
  test('is taken by a server, with any value bound or given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 2_000 }),
        anyValue,
        fc.oneof(fc.dictionary(fc.string(), anyValue, { maxKeys: 40 }), anyValue),
        (event, bound, fields) => {
          const encoder = new EventEncoder('fuzz', null)
          const body = encode(encoder, event, bound, fields)
          const { outcome, accepted, rejected } = decodeBody(body, { make: makeMsgpackDecoder })
          expect({ outcome, accepted, rejected }).toEqual({
            outcome: 'done',
            accepted: 1,
            rejected: [],
          })
        },
      ),
      { verbose: 1, numRuns: 400, interruptAfterTimeLimit: 20_000 },
    )
  })

  test('comes out as it went in, where msgpack has words for it', () => {
    const name = fc
      .string({ unit: 'grapheme', maxLength: 8 })
      .filter((text) => text !== '__proto__')
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue({ maxDepth: 4 })), (fields) => {
        fc.pre(!JSON.stringify(fields).includes('__proto__'))
        const body = encode(new EventEncoder('fuzz', null), 'order placed', {}, fields)
        expect(decodeEvents(body)).toEqual([
          {
            facility: 'fuzz',
            level: 6,
            event: 'order placed',
            timestamp: 1_700_000_000_000,
            additional: fields,
          },
        ])
      }),
      { verbose: 1, numRuns: 400, interruptAfterTimeLimit: 20_000 },
    )
  })
})
