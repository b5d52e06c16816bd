import { fetchAs } from '../access/fetch-as.ts'
import type { ServerAccess } from '../access/server-access.ts'
import type { Batch } from './batches.ts'
import { bodyOf, contentTypeOf } from './batches.ts'

/** What became of one batch. */
export interface PostOutcome {
  readonly accepted: number
  /** Events that the server had already from an earlier run. */
  readonly duplicates: number
  readonly rejected: number
  /** The first reasons, as `event N of FILE: why`; events count from 1. */
  readonly reasons: readonly string[]
  readonly failed: boolean
}

export interface PostOptions {
  /** The server's address, without a path. */
  readonly url: string
  readonly access: ServerAccess
  /** Tries in all, over network errors and busy answers. */
  readonly triesMax: number
  readonly keyPrefix: string
  /** Makes keys that no other run makes, for `--again`; '' otherwise. */
  readonly keySuffix: string
  readonly sleep: (ms: number) => Promise<void>
  /** From 0 to 1. */
  readonly random: () => number
}

const backoffFirstMs = 200
const backoffMaxMs = 30_000
const answerTimeoutMs = 120_000
/** Answers that another try may change. */
const transient = new Set([408, 425, 429, 500, 502, 503, 504])
const reasonsMax = 20

interface Answer {
  readonly status: number
  /** Seconds to wait before the next try, if the server said so. */
  readonly retryAfterS: number | null
  readonly body: unknown
}

/** Never throws: what cannot be sent after all tries is an outcome. */
export async function postBatch(batch: Batch, options: PostOptions): Promise<PostOutcome> {
  const answer = await postUntilAnswered(batch, options)
  if (typeof answer === 'string') return failure(batch, answer)
  if (answer.status === 202) return accepted(batch, answer.body)
  if (answer.status === 422 && listOf(answer.body, 'rejected').length > 0) {
    return allRejected(batch, answer.body)
  }
  if (answer.status === 400 && batch.form !== 'msgpack') return postReadable(batch, options, answer)
  return failure(batch, detailOf(answer))
}

/** One unreadable event makes the whole body unreadable: the others go again without it. */
async function postReadable(
  batch: Batch,
  options: PostOptions,
  answer: Answer,
): Promise<PostOutcome> {
  const isGood = batch.events.map(isJson)
  const good = batch.events.filter((_, i) => isGood[i])
  const kept = isGood.flatMap((ok, i) => (ok ? [i] : []))
  if (good.length === batch.events.length) return failure(batch, detailOf(answer))
  const bad = isGood.flatMap((ok, i) => (ok ? [] : [`${place(batch, i)}: not valid JSON`]))
  const rest =
    good.length === 0
      ? { accepted: 0, duplicates: 0, rejected: 0, reasons: [], failed: false }
      : await postBatch({ ...batch, events: good, kept }, options)
  return {
    ...rest,
    rejected: rest.rejected + bad.length,
    reasons: [...bad, ...rest.reasons].slice(0, reasonsMax),
  }
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(Buffer.from(bytes).toString())
    return true
  } catch {
    return false
  }
}

/** The last answer, or in words why there was none. */
async function postUntilAnswered(batch: Batch, options: PostOptions): Promise<Answer | string> {
  const body = bodyOf(batch)
  const key = keyOf(batch, body, options)
  let problem: Answer | string = 'not tried'
  for (let tried = 1; tried <= options.triesMax; tried++) {
    problem = await post(batch, body, key, options)
    if (typeof problem !== 'string' && !transient.has(problem.status)) return problem
    if (tried === options.triesMax) break
    const askedMs = typeof problem === 'string' ? 0 : (problem.retryAfterS ?? 0) * 1000
    const backoffMs = Math.min(backoffMaxMs, backoffFirstMs * 2 ** (tried - 1))
    // Jitter, so that clients that failed together do not come back together.
    await options.sleep(askedMs + backoffMs * options.random())
  }
  return problem
}

/** The same events at the same place of a file have the same key: a second run stores nothing twice. */
function keyOf(batch: Batch, body: Uint8Array, options: PostOptions): string {
  const hash = new Bun.CryptoHasher('sha256').update(body).digest('hex').slice(0, 32)
  return `${options.keyPrefix}${hash}-${batch.index}${options.keySuffix}`
}

async function post(
  batch: Batch,
  body: Uint8Array<ArrayBuffer>,
  key: string,
  { url, access }: PostOptions,
): Promise<Answer | string> {
  try {
    const response = await fetchAs(access, {
      method: 'POST',
      url: `${url}/api/v1/eventlog`,
      headers: { 'content-type': contentTypeOf(batch.form), 'idempotency-key': key },
      body,
      signal: AbortSignal.timeout(answerTimeoutMs),
    })
    const text = await response.text()
    return {
      status: response.status,
      retryAfterS: secondsOf(response.headers.get('retry-after')),
      body: parse(text),
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Retry-After is a number of seconds or a date. */
export function secondsOf(header: string | null): number | null {
  if (header === null) return null
  if (/^\d+$/.test(header)) return Number(header)
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1000)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function accepted(batch: Batch, body: unknown): PostOutcome {
  const count = numberOf(body, 'accepted') ?? batch.events.length
  const isDuplicate = memberOf(body, 'duplicate') === true
  const rejected = numberOf(body, 'rejectedCount') ?? batch.events.length - count
  return {
    accepted: isDuplicate ? 0 : count,
    duplicates: isDuplicate ? count : 0,
    rejected,
    reasons: reasonsOf(batch, body),
    failed: false,
  }
}

function allRejected(batch: Batch, body: unknown): PostOutcome {
  const rejected = batch.events.length
  return { accepted: 0, duplicates: 0, rejected, reasons: reasonsOf(batch, body), failed: false }
}

function failure(batch: Batch, why: string): PostOutcome {
  const from = batch.firstEvent + 1
  const reasons = [`events ${from} to ${from + batch.events.length - 1} of ${batch.file}: ${why}`]
  return { accepted: 0, duplicates: 0, rejected: 0, reasons, failed: true }
}

function reasonsOf(batch: Batch, body: unknown): string[] {
  return listOf(body, 'rejected')
    .slice(0, reasonsMax)
    .map((item) => {
      const index = numberOf(item, 'index') ?? 0
      const pointer = String(memberOf(item, 'pointer') ?? '')
      const where = pointer === '' ? '' : ` at ${pointer}`
      return `${place(batch, index)}: ${String(memberOf(item, 'code'))}${where}: ${String(
        memberOf(item, 'detail'),
      )}`
    })
}

const place = (batch: Batch, index: number) =>
  `event ${batch.firstEvent + (batch.kept?.[index] ?? index) + 1} of ${batch.file}`

function detailOf(answer: Answer): string {
  const detail = memberOf(answer.body, 'detail') ?? memberOf(answer.body, 'title') ?? ''
  return `HTTP ${answer.status} ${String(detail)}`.trim()
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return Object.getOwnPropertyDescriptor(value, name)?.value
}

function numberOf(value: unknown, name: string): number | null {
  const member = memberOf(value, name)
  return typeof member === 'number' ? member : null
}

function listOf(value: unknown, name: string): readonly unknown[] {
  const member = memberOf(value, name)
  return Array.isArray(member) ? member : []
}
