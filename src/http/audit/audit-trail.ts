import type { Logger } from 'pino'
import type { Principal } from '../../auth/contract.ts'
import { ownFacility } from '../../event/own-facility.ts'
import { formatTimestamp } from '../../event/time.ts'
import type { Ingest } from '../../ingest/contract.ts'
import type { Admitted, RefusedRequest } from '../access.ts'
import { ClosedTally } from '../connections/closed-tally.ts'
import type { ClosedConnection } from '../connections/contract.ts'
import { type AuditEvent, auditEvents } from './audit-events.ts'
import { RefusalTally } from './refusal-tally.ts'

/** Events that wait while the book takes none; beyond, the log alone has them. */
const waitingMax = 1_000

/** Who did it, how it proved itself, and from where. */
export interface AuditActor {
  readonly name: string
  readonly way: Principal['way'] | 'command-line' | 'server'
  readonly address: string | null
}

/** Whoever can write the data directory. */
export const commandLine: AuditActor = {
  name: 'command line',
  way: 'command-line',
  address: null,
}

/** A start that found its first credential in the environment. */
export const serverStart: AuditActor = { name: 'server start', way: 'server', address: null }

/** What it does without being told. */
export const itself: AuditActor = { name: 'server', way: 'server', address: null }

export function actorOf({ principal, address }: Admitted): AuditActor {
  return { name: principal.name, way: principal.way, address: address === '' ? null : address }
}

export interface AuditOptions {
  readonly ingest: Ingest
  readonly nowMs: () => number
  readonly log: Logger
}

/**
 * Writes what was done to the server, and by whom, into its own book: events of the facility `minutebook`.
 * What cannot be stored at the moment waits; the log has everything at once. A server at which nothing is
 * done and nobody is refused writes nothing.
 */
export class AuditTrail {
  readonly #options: AuditOptions
  readonly #refusals = new RefusalTally()
  readonly #closed = new ClosedTally()
  #waiting: object[] = []
  #writing: Promise<void> = Promise.resolve()

  constructor(options: AuditOptions) {
    this.#options = options
  }

  /** Resolves when it is durable, or known to have to wait. `what` never holds a secret. */
  act(event: AuditEvent, by: AuditActor, what: Readonly<Record<string, unknown>>): Promise<void> {
    this.#options.log.info({ audit: event, by, ...what }, 'audit')
    this.#wait(this.#eventOf(event, { by, ...what }, this.#options.nowMs()))
    return this.#write()
  }

  /** Counts a refused authentication; `flush` writes the sums. */
  refused(request: RefusedRequest): void {
    this.#refusals.add(request, this.#options.nowMs())
  }

  /** Counts connections that were too many. The log has the first at once, and the sum with `flush`. */
  closed(connections: readonly ClosedConnection[]): void {
    if (this.#closed.isEmpty) {
      const count = connections.length
      this.#options.log.warn({ count }, 'there are too many connections: some are closed')
    }
    const nowMs = this.#options.nowMs()
    for (const connection of connections) this.#closed.add(connection, nowMs)
  }

  /** Called once a minute, and at the end. */
  async flush(): Promise<void> {
    if (!this.#refusals.isEmpty) this.#addRefusals()
    if (!this.#closed.isEmpty) this.#addClosed()
    await this.#write()
  }

  #addRefusals(): void {
    const { listed, further } = this.#refusals.take()
    for (const { firstMs, lastMs, ...refusal } of listed) {
      const first = formatTimestamp(firstMs)
      const last = formatTimestamp(lastMs)
      this.#wait(this.#eventOf('authentication refused', { ...refusal, first, last }, lastMs))
    }
    if (further === 0) return
    const nowMs = this.#options.nowMs()
    this.#wait(this.#eventOf('further authentications refused', { count: further }, nowMs))
  }

  #addClosed(): void {
    const { firstMs, lastMs, ...sum } = this.#closed.take()
    const what = { ...sum, first: formatTimestamp(firstMs), last: formatTimestamp(lastMs) }
    this.#options.log.warn({ audit: 'connections closed', ...what }, 'audit')
    this.#wait(this.#eventOf('connections closed', what, lastMs))
  }

  #eventOf(event: AuditEvent, additional: object, atMs: number): object {
    const { level } = auditEvents[event]
    return { facility: ownFacility, timestamp: formatTimestamp(atMs), level, event, additional }
  }

  #wait(event: object): void {
    if (this.#waiting.length < waitingMax) this.#waiting.push(event)
  }

  /** One after the other, so that events stand in the book in their order. */
  #write(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeWaiting())
    return this.#writing
  }

  async #writeWaiting(): Promise<void> {
    if (this.#waiting.length === 0) return
    const taken = this.#waiting
    this.#waiting = []
    const { ingest, log } = this.#options
    const body = new TextEncoder().encode(JSON.stringify(taken))
    const form = { format: 'own', encoding: 'identity', strict: false } as const
    try {
      const outcome = await ingest.accept({ body, form, key: null })
      if (outcome.kind === 'accepted') return
      if (outcome.kind !== 'unavailable') {
        log.error({ outcome: outcome.kind }, 'the book does not take the audit trail')
        return
      }
    } catch (error) {
      log.error({ err: error }, 'the audit trail cannot be written')
    }
    this.#waiting = [...taken, ...this.#waiting].slice(0, waitingMax)
  }
}
