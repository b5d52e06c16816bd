import type { Answer } from '../direct/post.ts'
import type { SequenceRange } from './shipment.ts'

/** Why the server refused one event of a batch. */
export interface Refused {
  /** Position in the batch, from 0. */
  readonly index: number
  readonly code: string
  readonly detail: string
}

/** What an answer means for what was sent. */
export type Judgement =
  /** It is durable. */
  | { readonly kind: 'stored'; readonly isDuplicate: boolean }
  /** Only a part of its numbers is wanted. */
  | { readonly kind: 'overlap'; readonly wanted: readonly SequenceRange[] }
  /** These of its events are refused; nothing was stored. */
  | { readonly kind: 'refused'; readonly refused: readonly Refused[] }
  /** Something in it is refused, and it is not said what. `isOurs`: by a server that knows events. */
  | {
      readonly kind: 'poison'
      readonly code: string
      readonly detail: string
      readonly isOurs: boolean
    }
  | { readonly kind: 'too-large'; readonly code: string; readonly detail: string }
  /** Time or an administrator will mend it; `isDenied`: an administrator. */
  | {
      readonly kind: 'retry'
      readonly waitMs: number
      readonly detail: string
      readonly isDenied: boolean
    }

/** Problems that say something about the batch itself. */
const ofTheBatch = new Set([
  'body-unreadable',
  'body-encoding-broken',
  'no-event-accepted',
  'strict-refused',
  'idempotency-key-conflict',
])

export function judge({ status, retryAfterMs, body }: Answer): Judgement {
  const answer = parse(body)
  const code = textOf(answer, 'code')
  const detail = `HTTP ${status} ${textOf(answer, 'detail') || textOf(answer, 'title')}`.trim()
  if (status === 202 && typeof memberOf(answer, 'accepted') === 'number') {
    return { kind: 'stored', isDuplicate: memberOf(answer, 'duplicate') === true }
  }
  if (status === 409 && code === 'sequence-overlap') {
    return { kind: 'overlap', wanted: rangesOf(memberOf(answer, 'wanted')) }
  }
  if (status === 413) return { kind: 'too-large', code, detail }
  const refused = status === 422 ? refusedOf(answer) : []
  if (refused.length > 0) return { kind: 'refused', refused }
  if (status === 400 || status === 422) {
    // What a proxy says of a body, or of all bodies, looks the same.
    if (code === '' || ofTheBatch.has(code))
      return { kind: 'poison', code, detail, isOurs: code !== '' }
  }
  const isBusy = status === 408 || status === 425 || status === 429 || status >= 500
  return { kind: 'retry', waitMs: retryAfterMs, detail, isDenied: !isBusy }
}

function refusedOf(answer: unknown): Refused[] {
  const list = memberOf(answer, 'rejected')
  if (!Array.isArray(list)) return []
  return list.flatMap((each: unknown) => {
    const index = memberOf(each, 'index')
    if (typeof index !== 'number') return []
    const pointer = textOf(each, 'pointer')
    const where = pointer === '' ? '' : `${pointer}: `
    return [{ index, code: textOf(each, 'code'), detail: `${where}${textOf(each, 'detail')}` }]
  })
}

function rangesOf(value: unknown): SequenceRange[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((each: unknown) => {
    const [first, last]: unknown[] = Array.isArray(each) ? each : []
    return typeof first === 'number' && typeof last === 'number' ? [[first, last] as const] : []
  })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function textOf(value: unknown, name: string): string {
  const member = memberOf(value, name)
  return typeof member === 'string' ? member : ''
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
