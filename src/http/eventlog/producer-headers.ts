import type { ProducerSpan } from '../../journal/contract.ts'
import { producerLengthMax } from '../../journal/frame.ts'
import type { QueryParameter } from '../operation.ts'

const producerShape = new RegExp(`^[0-9A-Za-z._:-]{1,${producerLengthMax}}$`)
const sequenceShape = /^(\d{1,15})-(\d{1,15})$/
/** More than any batch holds: what passes it is a mistake that would mark numbers as come for ever. */
const spanEventsMax = 1_000_000

export const invalidSpan = Symbol('headers that name no span')

/** The numbers that a batch says it accounts for; undefined: it says none. */
export function readSpan(headers: Headers): ProducerSpan | undefined | typeof invalidSpan {
  const producer = headers.get('minutebook-producer')
  const sequence = headers.get('minutebook-sequence')
  // Fast path: most batches come without.
  if (producer === null && sequence === null) return undefined
  const match = sequenceShape.exec(sequence ?? '')
  if (producer === null || match === null || !producerShape.test(producer)) return invalidSpan
  const first = Number(match[1])
  const last = Number(match[2])
  if (first < 1 || last < first || last - first >= spanEventsMax) return invalidSpan
  return { producer, first, last }
}

export const spanExpectation = `Minutebook-Producer is 1 to ${producerLengthMax} letters, digits and . _ : -, and Minutebook-Sequence the first and the last of its numbers in the batch, such as 1-500; both or neither`

export const producerHeaders: readonly QueryParameter[] = [
  {
    name: 'Minutebook-Producer',
    description:
      'Who numbers its events from 1 without gaps: a name never used by another, nor again after the numbers began anew. Comes with Minutebook-Sequence.',
    example: '4be1a90c7f22d310',
    schema: { type: 'string', pattern: producerShape.source },
  },
  {
    name: 'Minutebook-Sequence',
    description:
      "The first and the last of the producer's numbers that the batch accounts for. What has come before, however long ago, is acknowledged as a duplicate and not stored; 409 if only a part of it has. At least as many numbers as events: those beyond were left out by the sender.",
    example: '501-1000',
    schema: { type: 'string', pattern: sequenceShape.source },
  },
]
