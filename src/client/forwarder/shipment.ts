import type { SpooledBatch } from '../spool/reader.ts'

/** Both ends are included. */
export type SequenceRange = readonly [first: number, last: number]

/** One frame of the spool: what is sent or set aside as one. Mostly one event. */
export interface Unit {
  /** Of its first event. */
  readonly sequence: number
  readonly events: number
  /** msgpack, compressed as `encoding` says. */
  readonly body: Uint8Array
  readonly encoding: 'identity' | 'gzip' | 'zstd'
  /** The Idempotency-Key under which it may have been sent already, or null. */
  readonly key: string | null
}

/** Events of one producer that are sent as one batch, and the numbers that the batch accounts for. */
export interface Part {
  readonly producer: string
  readonly first: number
  readonly last: number
  readonly units: readonly Unit[]
  /** The server is known to have all before this number; left out: nothing is known. */
  readonly floor?: number
}

export interface Shipment extends Part {
  readonly bytes: number
  readonly events: number
  /** What is done when all of it is: the last frame of each segment it comes from. */
  readonly marks: readonly SpooledBatch[]
}

export interface ShipmentLimits {
  readonly eventsMax: number
  /** Before compression. */
  readonly bytesMax: number
}

/** Joins frames that follow each other into shipments. Lazily: it reads on as it is asked. */
export function* shipmentsOf(
  frames: Iterable<SpooledBatch>,
  limits: ShipmentLimits,
): Generator<Shipment, void, undefined> {
  let open: OpenShipment | null = null
  for (const frame of frames) {
    if (open !== null && !open.takes(frame, limits)) {
      yield open.shipment()
      open = null
    }
    open ??= new OpenShipment(frame.producer, frame.sequence)
    open.add(frame)
  }
  if (open !== null) yield open.shipment()
}

class OpenShipment {
  readonly #producer: string
  readonly #first: number
  readonly #units: Unit[] = []
  readonly #marks: SpooledBatch[] = []
  #bytes = 0
  #events = 0
  /** A batch that was put together before is sent as it is. */
  #isWhole = false

  constructor(producer: string, first: number) {
    this.#producer = producer
    this.#first = first
  }

  takes(frame: SpooledBatch, limits: ShipmentLimits): boolean {
    if (this.#isWhole || isWhole(frame) || frame.producer !== this.#producer) return false
    const follows = frame.sequence === this.#first + this.#events
    const fits = this.#bytes + frame.body.length <= limits.bytesMax
    return follows && fits && this.#events + frame.events <= limits.eventsMax
  }

  add(frame: SpooledBatch): void {
    const { sequence, events, body, encoding, key } = frame
    this.#units.push({ sequence, events, body, encoding, key })
    this.#bytes += body.length
    this.#events += events
    this.#isWhole = isWhole(frame)
    if (this.#marks.at(-1)?.segment.name === frame.segment.name) this.#marks.pop()
    this.#marks.push(frame)
  }

  shipment(): Shipment {
    return {
      producer: this.#producer,
      first: this.#first,
      last: this.#first + this.#events - 1,
      units: this.#units,
      bytes: this.#bytes,
      events: this.#events,
      marks: this.#marks,
    }
  }
}

const isWhole = (frame: SpooledBatch): boolean =>
  frame.key !== null || frame.encoding !== 'identity'

/** Two parts that together account for the same numbers. */
export function halves(part: Part): readonly Part[] {
  const { first, last, units } = part
  const middle = units[Math.ceil(units.length / 2)]
  if (middle === undefined) return [part]
  const isBefore = ({ sequence }: Unit): boolean => sequence < middle.sequence
  return [
    { ...part, first, last: middle.sequence - 1, units: units.filter(isBefore) },
    { ...part, first: middle.sequence, last, units: units.filter((unit) => !isBefore(unit)) },
  ]
}

/** What of a part lies in the ranges; of a range without an event there is nothing to send. */
export function within(part: Part, ranges: readonly SequenceRange[]): readonly Part[] {
  return ranges
    .map(([first, last]) => ({
      producer: part.producer,
      first,
      last,
      floor: first,
      units: part.units.filter(({ sequence }) => sequence >= first && sequence <= last),
    }))
    .filter(({ units }) => units.length > 0)
}
