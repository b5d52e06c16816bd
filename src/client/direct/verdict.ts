import type { Answer } from './post.ts'

/** What an answer means for the batch. */
export type Verdict =
  | { readonly kind: 'done'; readonly detail: string }
  /** Halves of it may be taken. */
  | { readonly kind: 'too-large'; readonly detail: string }
  | {
      readonly kind: 'retry'
      readonly waitMs: number
      readonly unauthorised: boolean
      readonly detail: string
    }

/**
 * What says that something is wrong with the batch itself. Everything else may be said by a proxy, or by something that is
 * no such server (yet).
 */
const final = new Set([400, 422])

/** A batch is kept for whatever time or an administrator can mend, and given up only for what it is itself. */
export function verdictOf(answer: Answer): Verdict {
  const { status } = answer
  if (status === 202) return { kind: 'done', detail: refusedOf(answer.body) }
  const detail = `HTTP ${status} ${detailOf(answer.body)}`.trim()
  if (status === 413) return { kind: 'too-large', detail }
  // The server has a part of it: in the end each half is one that it has, or one that it has not.
  if (status === 409 && memberOf(parse(answer.body), 'code') === 'sequence-overlap') {
    return { kind: 'too-large', detail }
  }
  const unauthorised = status === 401 || status === 403
  if (final.has(status)) return { kind: 'done', detail }
  return { kind: 'retry', waitMs: answer.retryAfterMs, unauthorised, detail }
}

function refusedOf(body: string): string {
  const answer = parse(body)
  const rejected = memberOf(answer, 'rejected')
  if (!Array.isArray(rejected) || rejected.length === 0) return ''
  const first: unknown = rejected[0]
  return `${rejected.length} events were refused, the first because: ${String(memberOf(first, 'detail'))}`
}

function detailOf(body: string): string {
  const answer = parse(body)
  return String(memberOf(answer, 'detail') ?? memberOf(answer, 'title') ?? '')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}
