import { compress } from '../direct/compress.ts'
import type { Answer } from '../direct/post.ts'
import type { DeadLetters } from './dead-letters.ts'
import { type Judgement, judge } from './judgement.ts'
import { halves, type Part, type Unit, within } from './shipment.ts'

export type Post = (headers: Readonly<Record<string, string>>, body: Uint8Array) => Promise<Answer>

export interface ShipperOptions {
  readonly post: Post
  readonly deadLetters: DeadLetters
  readonly nowMs: () => number
  /** Told why events went to the dead letters. */
  readonly onSetAside: (why: string) => void
}

/** Why a part could not be sent now. */
export interface Trouble {
  readonly waitMs: number
  readonly detail: string
  /** An administrator has to mend it: try again slowly. */
  readonly isDenied: boolean
}

/**
 * Events refused one after the other by something that gives no reason of Minutebook's, with none accepted in
 * between: beyond, it is not the events that are wrong.
 */
const suspiciousMax = 20

/** Sends parts until all of their events are durable or set aside. */
export class Shipper {
  readonly #options: ShipperOptions
  /** What the server is known to have of each producer: the highest number that was answered. */
  readonly #answered = new Map<string, number>()
  #suspicious = 0
  events = 0
  duplicates = 0
  deadLetters = 0

  constructor(options: ShipperOptions) {
    this.#options = options
  }

  /** Null when it is done. What was done of it before a trouble is recognised the next time. */
  async send(whole: Part): Promise<Trouble | null> {
    const left: Part[] = [whole]
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const part = this.#covering(next)
      if (part.units.length === 0) continue
      const judgement = await this.#judge(part)
      if (judgement.kind === 'retry') return judgement
      const parts = this.#after(part, judgement)
      if (!Array.isArray(parts)) return parts
      left.unshift(...parts)
    }
    return null
  }

  /** What is left to send of a part, in order. */
  #after(part: Part, judgement: Exclude<Judgement, { kind: 'retry' }>): Part[] | Trouble {
    switch (judgement.kind) {
      case 'stored':
        this.#stored(part, judgement.isDuplicate)
        return []
      case 'overlap':
        return this.#narrowed(part, judgement.wanted)
      case 'refused': {
        const letters = judgement.refused.flatMap(({ index, code, detail }) => {
          const unit = part.units[index]
          return unit === undefined || unit.events > 1 ? [] : [{ unit, code, detail }]
        })
        if (letters.length > 0) return this.#setAside(part, letters) ?? [part]
        return this.#cut(part, { ...judgement.refused[0], isOurs: true })
      }
      case 'poison':
        return this.#cut(part, judgement)
      case 'too-large':
        return this.#cut(part, { ...judgement, isOurs: judgement.code !== '' })
    }
  }

  #stored(part: Part, isDuplicate: boolean): void {
    const events = part.units.reduce((sum, unit) => sum + unit.events, 0)
    if (isDuplicate) this.duplicates += events
    else this.events += events
    this.#suspicious = 0
    this.#answered.set(part.producer, part.last)
  }

  #narrowed(part: Part, wanted: Parameters<typeof within>[1]): Part[] | Trouble {
    const parts = within(part, wanted)
    const isNarrower = parts.every(({ first, last }) => first > part.first || last < part.last)
    if (wanted.length > 0 && isNarrower) return [...parts]
    return denied('the server wants a part of a batch, and does not say which')
  }

  /** Halves of a part, until the event is found that the server does not take. */
  #cut(
    part: Part,
    why: { readonly code?: string; readonly detail?: string; readonly isOurs: boolean },
  ): Part[] | Trouble {
    const [unit, another] = part.units
    if (unit === undefined) return []
    if (another !== undefined) return [...halves(part)]
    const { code = '', detail = '', isOurs } = why
    if (!isOurs && ++this.#suspicious > suspiciousMax) {
      return denied(`every event is refused, with no reason of a Minutebook server: ${detail}`)
    }
    return this.#setAside(part, [{ unit, code, detail }]) ?? []
  }

  /** Null when they are safe in the file. */
  #setAside(part: Part, letters: readonly Letter[]): Trouble | null {
    const { deadLetters, nowMs, onSetAside } = this.#options
    const time = new Date(nowMs()).toISOString()
    const { producer } = part
    try {
      const isKept = deadLetters.add(
        letters.map(({ unit, code, detail }) => {
          const { sequence, events, encoding, body } = unit
          const base64 = Buffer.from(body).toString('base64')
          return { time, producer, sequence, events, code, detail, encoding, body: base64 }
        }),
      )
      if (!isKept) return denied('the file of dead letters is full: look into it, and move it away')
    } catch (error) {
      return denied(`dead letters cannot be written: ${messageOf(error)}`)
    }
    this.deadLetters += letters.length
    const [{ code, detail } = { code: '', detail: '' }] = letters
    onSetAside(`${code} ${detail}`.trim())
    return null
  }

  /**
   * The part without events that were set aside, and with the numbers of those just before it: so the
   * server does not take them for lost.
   */
  #covering(part: Part): Part {
    const { deadLetters } = this.#options
    if (deadLetters.count === 0 || part.units.some(({ key }) => key !== null)) return part
    const { producer } = part
    const units = part.units.filter(({ sequence }) => !deadLetters.has(producer, sequence))
    const known = Math.max(this.#answered.get(producer) ?? 0, (part.floor ?? 1) - 1)
    let { first } = part
    while (first - 1 > known && deadLetters.has(producer, first - 1)) first--
    return { ...part, first, units }
  }

  async #judge(part: Part): Promise<Judgement> {
    try {
      const { headers, body } = await messageOfPart(part)
      return judge(await this.#options.post(headers, body))
    } catch (error) {
      return { kind: 'retry', waitMs: 0, detail: messageOf(error), isDenied: false }
    }
  }
}

interface Letter {
  readonly unit: Unit
  readonly code: string
  readonly detail: string
}

/** A part's body, and what it says of itself. Producer and sequence are its key: no other is needed. */
async function messageOfPart(part: Part) {
  const [only, another] = part.units
  const type = { 'content-type': 'application/msgpack' }
  const isWhole = only !== undefined && another === undefined && only.encoding !== 'identity'
  const plain = isWhole ? only.body : Buffer.concat(part.units.map(({ body }) => body))
  if (only?.key !== undefined && only.key !== null) {
    // Byte for byte as it may have come before, under the key that it came with.
    const headers = { ...type, 'content-encoding': only.encoding, 'idempotency-key': only.key }
    return { headers, body: only.body }
  }
  const { encoding, body } = isWhole ? only : await compress(plain)
  const headers = {
    ...type,
    'content-encoding': encoding,
    'minutebook-producer': part.producer,
    'minutebook-sequence': `${part.first}-${part.last}`,
    // All or nothing: an event that is refused is set aside before those beside it are sent.
    prefer: 'handling=strict',
  }
  return { headers, body }
}

const denied = (detail: string): Trouble => ({ waitMs: 0, detail, isDenied: true })

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
