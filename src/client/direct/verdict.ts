import type { Answer } from './post.ts'

/** What an answer means for the batch. */
export type Verdict =
  | { readonly kind: 'done'; readonly detail: string }
  | { readonly kind: 'too-large'; readonly detail: string }
  | {
      readonly kind: 'retry'
      readonly waitMs: number
      readonly unauthorised: boolean
      readonly detail: string
    }

/** Answers that another try may change. */
const transient = new Set([408, 425, 429])

/** A batch is kept for whatever time or an administrator can mend, and given up only for what it is itself. */
export function verdictOf(answer: Answer): Verdict {
  const { status } = answer
  if (status === 202) return { kind: 'done', detail: refusedOf(answer.body) }
  const detail = `HTTP ${status} ${detailOf(answer.body)}`.trim()
  if (status === 413) return { kind: 'too-large', detail }
  const unauthorised = status === 401 || status === 403
  const isFinal = status >= 400 && status < 500 && !transient.has(status) && !unauthorised
  // A 404 or a redirect comes from something that is no such server (yet).
  if (isFinal && status !== 404 && status !== 405) return { kind: 'done', detail }
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
