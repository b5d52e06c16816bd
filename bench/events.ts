import {
  eventStrings,
  facilities,
  hosts,
  levelsOf,
  makeRandom,
  paths,
  pick,
  stackTrace,
  zipf,
} from './event-model.ts'
import { printResult, readOptions } from './result.ts'

/*
 * Which events does every benchmark use? Deterministic ones: event i is a function of the seed and i, so
 * any range can be made on its own, in any order. 370 events a second over three hours are 4,000,000.
 */

export const eventsPerSecond = 370
export const eventsOfThreeHours = 4_000_000
export const firstTimestampMs = Date.UTC(2026, 10, 22, 9)

export interface BenchEvent {
  readonly facility: string
  readonly timestamp: string
  readonly level: string
  readonly event: string
  readonly additional: {
    readonly request_id: string
    readonly user_id: number
    readonly ip: string
    readonly path: string
    readonly status: number
    readonly duration_ms: number
    readonly host: string
    readonly exception?: string
  }
}

export interface Generator {
  event(index: number): BenchEvent
  /** One line an event, each ended by a newline; byte for byte JSON.stringify of `event(i)`. */
  ndjsonBatch(from: number, count: number): Uint8Array<ArrayBuffer>
  jsonArrayBatch(from: number, count: number): Uint8Array<ArrayBuffer>
  /** One msgpack array of maps, as `pack(events)` of msgpackr without records. */
  msgpackBatch(from: number, count: number): Uint8Array<ArrayBuffer>
}

/** The numbers of one event, from which every format is written. */
interface Draw {
  timestampMs: number
  eventRank: number
  level: string
  facility: string
  user: number
  path: string
  status: number
  durationThousandths: number
  host: string
  stack: string
  id0: number
  id1: number
  id2: number
  id3: number
}

const userSums = zipf(50_000, 0.7)
const eventSums = zipf(eventStrings.length, 1)
const pathSums = zipf(15, 1)
const usualLevels = levelsOf(eventStrings.map((_, rank) => 1 / (rank + 1)))
const goodStatus = [200, 200, 200, 200, 200, 200, 201, 204] as const
const warnStatus = [400, 404, 404, 409, 429] as const
const errorStatus = [500, 500, 502, 503, 504] as const
const severe = new Set(['emerg', 'alert', 'crit', 'error'])
const stacks = new Map<number, string>()
const hex = Array.from({ length: 65_536 }, (_, i) => i.toString(16).padStart(4, '0'))

function stackOf(rank: number, variant: number): string {
  const key = rank * 4 + variant
  const known = stacks.get(key)
  if (known !== undefined) return known
  const fresh = stackTrace(rank, variant)
  stacks.set(key, fresh)
  return fresh
}

function statusOf(level: string, point: number): number {
  const list = severe.has(level) ? errorStatus : level === 'warn' ? warnStatus : goodStatus
  return list[point % list.length] ?? 200
}

function ipOf(user: number): string {
  const mixed = Math.imul(user + 1, 0x9e3779b1) >>> 0
  return `10.${(mixed >>> 16) & 255}.${(mixed >>> 8) & 255}.${mixed >>> 24}`
}

function drawEvent(seed: number, index: number): Draw {
  const random = makeRandom(
    Math.imul(seed ^ 0x51ed27, 0x2545f491) ^ Math.imul(index + 1, 0x85ebca6b),
  )
  const rank = pick(eventSums, random())
  const usual = usualLevels[rank] ?? 'info'
  const level = random() % 64 === 0 ? (usual === 'info' ? 'debug' : 'info') : usual
  const user = pick(userSums, random())
  const place = (rank * 7) % 20
  const u = (random() + 1) / 4294967297
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos((random() / 4294967296) * 2 * Math.PI)
  return {
    timestampMs: firstTimestampMs + Math.floor((index * 1000) / eventsPerSecond),
    eventRank: rank,
    level,
    facility: facilities[place] ?? '',
    user: 10_000 + user,
    path: paths[place * 15 + pick(pathSums, random())] ?? '',
    status: statusOf(level, random()),
    durationThousandths: Math.max(1, Math.round(Math.exp(3.2 + 1.1 * normal) * 1000)),
    host: hosts[random() % 20] ?? '',
    stack: severe.has(level) ? stackOf(rank, random() % 4) : '',
    id0: random(),
    id1: (random() & 0xffff0fff) | 0x4000,
    id2: (random() & 0x3fffffff) | 0x80000000,
    id3: random(),
  }
}

const quad = (word: number): string => hex[word & 0xffff] ?? ''

function uuidOf(draw: Draw): string {
  const { id0, id1, id2, id3 } = draw
  const head = `${quad(id0 >>> 16)}${quad(id0)}-${quad(id1 >>> 16)}-${quad(id1)}`
  return `${head}-${quad(id2 >>> 16)}-${quad(id2)}${quad(id3 >>> 16)}${quad(id3)}`
}

function toEvent(draw: Draw): BenchEvent {
  return {
    facility: draw.facility,
    timestamp: new Date(draw.timestampMs).toISOString(),
    level: draw.level,
    event: eventStrings[draw.eventRank] ?? '',
    additional: {
      request_id: uuidOf(draw),
      user_id: draw.user,
      ip: ipOf(draw.user),
      path: draw.path,
      status: draw.status,
      duration_ms: draw.durationThousandths / 1000,
      host: draw.host,
      ...(draw.stack === '' ? {} : { exception: draw.stack }),
    },
  }
}

/** Bytes that grow; text is written by the runtime's encoder. */
class Output {
  bytes = Buffer.from(new ArrayBuffer(1 << 20))
  view = new DataView(this.bytes.buffer)
  length = 0

  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const fresh = Buffer.from(new ArrayBuffer(Math.max(this.bytes.length * 2, this.length + more)))
    fresh.set(this.bytes.subarray(0, this.length))
    this.bytes = fresh
    this.view = new DataView(fresh.buffer)
  }

  ascii(text: string): void {
    this.reserve(text.length)
    this.length += this.bytes.write(text, this.length, 'latin1')
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  done(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.bytes.buffer.slice(0, this.length))
  }
}

function writeJson(into: Output, draw: Draw): void {
  const stack = draw.stack === '' ? '' : `,"exception":${JSON.stringify(draw.stack)}`
  into.ascii(
    `{"facility":"${draw.facility}","timestamp":"${new Date(draw.timestampMs).toISOString()}","level":"${
      draw.level
    }","event":"${eventStrings[draw.eventRank] ?? ''}","additional":{"request_id":"${uuidOf(
      draw,
    )}","user_id":${draw.user},"ip":"${ipOf(draw.user)}","path":"${draw.path}","status":${
      draw.status
    },"duration_ms":${draw.durationThousandths / 1000},"host":"${draw.host}"${stack}}}`,
  )
}

function packText(into: Output, text: string): void {
  const bytes = text.length
  into.reserve(3 + bytes)
  if (bytes < 32) into.byte(0xa0 | bytes)
  else if (bytes < 256) {
    into.byte(0xd9)
    into.byte(bytes)
  } else {
    into.byte(0xda)
    into.byte(bytes >> 8)
    into.byte(bytes & 255)
  }
  into.ascii(text)
}

function packNumber(into: Output, value: number): void {
  into.reserve(9)
  if (!Number.isInteger(value)) {
    into.bytes[into.length] = 0xcb
    into.view.setFloat64(into.length + 1, value)
    into.length += 9
  } else if (value < 0x1_0000) {
    into.bytes[into.length] = 0xcd
    into.view.setUint16(into.length + 1, value)
    into.length += 3
  } else {
    into.bytes[into.length] = 0xce
    into.view.setUint32(into.length + 1, value)
    into.length += 5
  }
}

function packAny(into: Output, value: string | number): void {
  if (typeof value === 'string') packText(into, value)
  else packNumber(into, value)
}

function writeMsgpack(into: Output, event: BenchEvent): void {
  into.byte(0x85)
  for (const name of ['facility', 'timestamp', 'level', 'event'] as const) {
    packText(into, name)
    packText(into, event[name])
  }
  packText(into, 'additional')
  const entries = Object.entries(event.additional)
  into.byte(0x80 | entries.length)
  for (const [name, value] of entries) {
    packText(into, name)
    packAny(into, value)
  }
}

/** The events of `seed`; about 1 µs each as JSON. */
export function makeGenerator(seed = 1): Generator {
  const jsonBatch = (from: number, count: number, separator: string, ends: [string, string]) => {
    const into = new Output()
    into.ascii(ends[0])
    for (let i = 0; i < count; i++) {
      if (i > 0) into.ascii(separator)
      writeJson(into, drawEvent(seed, from + i))
    }
    into.ascii(ends[1])
    return into.done()
  }
  return {
    event: (index) => toEvent(drawEvent(seed, index)),
    ndjsonBatch: (from, count) => jsonBatch(from, count, '\n', ['', count > 0 ? '\n' : '']),
    jsonArrayBatch: (from, count) => jsonBatch(from, count, ',', ['[', ']']),
    msgpackBatch(from, count) {
      const into = new Output()
      into.bytes[0] = 0xdd
      into.view.setUint32(1, count)
      into.length = 5
      for (let i = 0; i < count; i++) writeMsgpack(into, toEvent(drawEvent(seed, from + i)))
      return into.done()
    },
  }
}

if (import.meta.main) {
  const options = readOptions(process.argv.slice(2), {})
  const count = options.smoke ? 10_000 : 200_000
  const started = performance.now()
  const text = makeGenerator(1).ndjsonBatch(0, count)
  const tookMs = performance.now() - started
  const compressed = Bun.zstdCompressSync(text, { level: 3 })
  const figures = {
    events: count,
    jsonBytesPerEvent: text.length / count,
    zstd3BytesPerEvent: compressed.length / count,
    madeMicrosecondsPerEvent: (tookMs * 1000) / count,
  }
  printResult({ bench: 'events', name: 'the events of every bench', figures }, options.json)
}
