import type { OnProblem } from '../sink.ts'
import { SpoolReader } from '../spool/reader.ts'
import { deadLetterFile, DeadLetters } from './dead-letters.ts'
import { Lanes } from './lanes.ts'
import { Pause } from './pause.ts'
import { type Post, Shipper, type Trouble } from './shipper.ts'
import { type Shipment, type ShipmentLimits, shipmentsOf } from './shipment.ts'
import { SpoolWatch } from './spool-watch.ts'

export interface ForwarderOptions {
  /** The spool. One forwarder a directory: whoever makes one holds its lock. */
  readonly directory: string
  readonly post: Post
  readonly limits: ShipmentLimits
  /** After a batch that was not full, so long is waited for more events. */
  readonly lingerMs: number
  /** The longest wait between tries of what an administrator has to mend. */
  readonly deniedWaitMs: number
  readonly nowMs: () => number
  /** From 0 to 1. */
  readonly random: () => number
  readonly onProblem: OnProblem
}

export interface ForwarderCounts {
  readonly events: number
  readonly duplicates: number
  readonly deadLetters: number
  readonly corruptSegments: number
  readonly tornSegments: number
}

/** Bytes of bodies that are read and not sent yet. */
const waitingBytesMax = 16 * 1024 * 1024
/** Their number: what waits for a connection waits for its answer, too, and that has a limit. */
const waitingMax = 64
const backoffFirstMs = 200
const backoffMaxMs = 30_000
/** A wait that no server may exceed by Retry-After. */
const askedWaitMaxMs = 10 * 60_000

/**
 * Ships what processes leave in a spool, in order by producer, and deletes it only when the server says
 * that it is durable. It keeps no state of its own: killed at any place, it begins again with what is left, and
 * the server knows by producer and sequence what it has.
 */
export class Forwarder {
  readonly #options: ForwarderOptions
  readonly #reader: SpoolReader
  readonly #deadLetters: DeadLetters
  readonly #shipper: Shipper
  readonly #watch: SpoolWatch
  #trouble: Trouble | null = null
  #failures = 0

  /** Throws what the file system throws. */
  constructor(options: ForwarderOptions) {
    const { directory, post, nowMs, onProblem } = options
    this.#options = options
    this.#reader = new SpoolReader({ directory, nowMs, onProblem })
    this.#deadLetters = new DeadLetters(directory)
    this.#shipper = new Shipper({
      post,
      deadLetters: this.#deadLetters,
      nowMs,
      // The same words each time, so that what lasts is told once a minute.
      onSetAside: (why) =>
        onProblem({ code: 'refused', detail: `events went to ${deadLetterFile}: ${why}` }),
    })
    this.#watch = new SpoolWatch(directory)
  }

  get counts(): ForwarderCounts {
    const { events, duplicates, deadLetters } = this.#shipper
    const { corruptSegments, tornSegments } = this.#reader
    return { events, duplicates, deadLetters, corruptSegments, tornSegments }
  }

  /** Ships until `signal` is aborted; with `once` until all that is there has been shipped. */
  async run(signal: AbortSignal, once = false): Promise<void> {
    try {
      while (!signal.aborted) {
        const found = await this.#pass(signal)
        if (this.#trouble !== null) await this.#backOff(this.#trouble, signal)
        else if (once && found === 'nothing') return
        else if (found === 'nothing') await this.#waitForMore(signal)
        else if (found === 'little' && !once) await new Pause(this.#options.lingerMs, signal).ended
      }
    } finally {
      this.#watch.end()
      this.#deadLetters.close()
    }
  }

  /** Ships what can be read now. `little`: no batch was full, so more would have gone along. */
  async #pass(signal: AbortSignal): Promise<'nothing' | 'little' | 'much'> {
    const { limits } = this.#options
    const lanes = new Lanes({ bytesMax: waitingBytesMax, countMax: waitingMax })
    let isEmpty = true
    let hasFull = false
    this.#trouble = null
    for (const shipment of shipmentsOf(this.#reader.batches(), limits)) {
      isEmpty = false
      hasFull ||= shipment.events * 2 > limits.eventsMax || shipment.bytes * 2 > limits.bytesMax
      await lanes.add(shipment.producer, shipment.bytes, () => this.#ship(shipment, signal))
      if (this.#trouble !== null || signal.aborted) break
    }
    await lanes.idle()
    if (this.#trouble !== null) this.#reader.rewind()
    if (isEmpty) return 'nothing'
    return hasFull ? 'much' : 'little'
  }

  /** Nothing follows a batch that failed: those of its producer would come before it. */
  async #ship(shipment: Shipment, signal: AbortSignal): Promise<void> {
    if (this.#trouble !== null || signal.aborted) return
    const trouble = await this.#shipper.send(shipment)
    if (trouble !== null) {
      this.#trouble ??= trouble
      return
    }
    this.#failures = 0
    for (const mark of shipment.marks) this.#reader.markDone(mark)
  }

  async #waitForMore(signal: AbortSignal): Promise<void> {
    this.#watch.begin()
    // What came before the watch began is told to nobody.
    if ((await this.#pass(signal)) === 'nothing') await this.#watch.changed(signal)
    this.#watch.end()
  }

  async #backOff({ waitMs, detail, isDenied }: Trouble, signal: AbortSignal): Promise<void> {
    const { onProblem, random, deniedWaitMs } = this.#options
    this.#failures++
    onProblem({ code: isDenied ? 'unauthorised' : 'unreachable', detail })
    const growing = Math.min(backoffMaxMs, backoffFirstMs * 2 ** Math.min(this.#failures - 1, 16))
    const most = isDenied ? deniedWaitMs : growing
    // Half is jitter, so that forwarders that failed together do not come back together.
    const ms = Math.min(askedWaitMaxMs, waitMs) + most * (0.5 + random() / 2)
    await new Pause(ms, signal).ended
  }
}
