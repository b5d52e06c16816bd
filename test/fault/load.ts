import { pack } from 'msgpackr'
import { asObject } from '../http/json-object.ts'
import { eventlog, numbered } from '../server/ask.ts'

/** One batch of numbered events, the same bytes however often it is sent. */
export interface LoadBatch {
  readonly numbers: readonly number[]
  readonly body: Uint8Array<ArrayBuffer>
  readonly headers: Readonly<Record<string, string>>
  /** Whether it may be sent again: it has an Idempotency-Key. */
  readonly keyed: boolean
}

/** Deterministic 32-bit numbers (xorshift), so that a failing run can be repeated by its seed. */
export function makeRandom(seed: number): (below: number) => number {
  let state = seed | 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

const sizes = [1, 1, 1, 7, 40, 400] as const

/**
 * What a test has sent and what the server said. Four senders post batches of every form one after the
 * other; when the connection breaks, a keyed batch stays and is sent again under the same key.
 */
export class Load {
  readonly acknowledged = new Set<number>()
  /** Sent at least once; no answer came, or none yet. */
  readonly unknown = new Set<number>()
  /** Batches whose answer said `duplicate`. */
  repeated = 0
  readonly #random: (below: number) => number
  readonly #retries: LoadBatch[] = []
  #next = 0

  constructor(seed: number) {
    this.#random = makeRandom(seed)
  }

  /** Sends until the connection breaks. Throws when the server refuses a batch. */
  async run(url: string): Promise<void> {
    await Promise.all(Array.from({ length: 4 }, () => this.#send(url)))
  }

  /** Sends what is left of the keyed batches that no answer came for. */
  async finish(url: string): Promise<void> {
    for (const batch of this.#retries.splice(0)) {
      if (!(await this.#post(url, batch))) throw new Error('the last server went away')
    }
  }

  async #send(url: string): Promise<void> {
    for (;;) {
      const batch = this.#retries.pop() ?? this.#fresh()
      if (await this.#post(url, batch)) continue
      if (batch.keyed) this.#retries.push(batch)
      return
    }
  }

  /** False when the connection broke before the answer was complete. */
  async #post(url: string, batch: LoadBatch): Promise<boolean> {
    for (const n of batch.numbers) this.unknown.add(n)
    const { body, headers } = batch
    let answer: { status: number; text: string }
    try {
      const response = await fetch(`${url}${eventlog}`, { method: 'POST', body, headers })
      answer = { status: response.status, text: await response.text() }
    } catch {
      return false
    }
    if (answer.status !== 202) throw new Error(`${answer.status}: ${answer.text}`)
    const { accepted, duplicate } = asObject(JSON.parse(answer.text))
    if (accepted !== batch.numbers.length) throw new Error(`short: ${answer.text}`)
    if (duplicate === true) this.repeated++
    for (const n of batch.numbers) {
      this.unknown.delete(n)
      this.acknowledged.add(n)
    }
    return true
  }

  #fresh(): LoadBatch {
    const count = sizes[this.#random(sizes.length)] ?? 1
    const first = this.#next
    this.#next += count
    const numbers = Array.from({ length: count }, (_, i) => first + i)
    const keyed = this.#random(2) === 0
    const key = keyed ? { 'idempotency-key': `batch-${first}` } : {}
    const { body, headers } = formed(numbers.map(numbered), this.#random(4))
    return { numbers, body, headers: { ...headers, ...key }, keyed }
  }
}

function formed(events: readonly object[], form: number): Pick<LoadBatch, 'body' | 'headers'> {
  if (form === 0) return { body: new Uint8Array(pack(events)), headers: msgpack }
  const text = Buffer.from(
    form === 1 ? JSON.stringify(events) : events.map((event) => JSON.stringify(event)).join('\n'),
  )
  if (form !== 3) return { body: new Uint8Array(text), headers: json }
  return {
    body: new Uint8Array(Bun.zstdCompressSync(text)),
    headers: { ...json, 'content-encoding': 'zstd' },
  }
}

const json = { 'content-type': 'application/json' }
const msgpack = { 'content-type': 'application/msgpack' }
