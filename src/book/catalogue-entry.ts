import { ByteSink } from '../page/byte-sink.ts'
import { ByteSource } from '../page/byte-source.ts'
import type { EventTally } from '../page/contract.ts'

/*
 * What is known of one pair of facility and event string. Stored as
 *
 *   version u8 │ facility, event: msgpack texts │ 8 counts by level, varints
 *   first and last time, msgpack numbers │ first and last minute, varints
 *   gaps, varint │ each: minute last seen before it, minutes of silence, varints
 *
 * A reader refuses every version but its own: a catalogue can always be made again.
 */

export const catalogueEntryVersion = 1

/** Shorter silences are not kept: the least that can be asked for. */
export const gapMinutesMin = 60
/**
 * Silences kept of a pair. Beyond, one goes that a later and longer one hides; without such a one, the oldest.
 * So the newest return after any silence is known, and earlier returns as long as there is room.
 */
export const gapsMax = 32

/** Minutes without the pair between two with it, on the server's clock. */
export interface Gap {
  /** The last minute with the pair before the silence. */
  readonly fromMinute: number
  /** The minute it came back in. */
  readonly returnMinute: number
}

export interface CatalogueEntry {
  readonly facility: string
  readonly event: string
  /** Events ever, by level: 8 numbers. */
  readonly levels: number[]
  /** By the events' own timestamps, as far as `eventTimeOf` believes them. */
  firstMs: number
  lastMs: number
  /** Pages, so by the server's clock. */
  readonly firstMinute: number
  lastMinute: number
  /** In order of time. */
  readonly gaps: Gap[]
}

const minuteMs = 60_000
/** An event that claims to be later than its receipt by more is not believed. */
export const futureMsMax = 10 * minuteMs
/** Nor one that claims to be earlier by more: devices without a clock say 1970. */
export const pastMsMax = 366 * 24 * 60 * minuteMs

/**
 * The first and last time of the pair's events on a page, where a time that cannot be true in respect to the
 * minute of receipt is left out; if both are, that minute's start stands for them.
 */
export function eventTimeOf(minute: number, { firstMs, lastMs }: EventTally): [number, number] {
  const receivedMs = minute * minuteMs
  const believed = [firstMs, lastMs].filter(
    (ms) => ms <= receivedMs + minuteMs + futureMsMax && ms >= receivedMs - pastMsMax,
  )
  return [believed[0] ?? receivedMs, believed.at(-1) ?? receivedMs]
}

/** The first sighting of a pair. */
export function newEntry(
  facility: string,
  event: string,
  minute: number,
  tally: EventTally,
): CatalogueEntry {
  const [firstMs, lastMs] = eventTimeOf(minute, tally)
  const levels = [...tally.levels]
  return {
    facility,
    event,
    levels,
    firstMs,
    lastMs,
    firstMinute: minute,
    lastMinute: minute,
    gaps: [],
  }
}

/** Adds what the page of `minute`, later than all before, holds of the pair. Changes the entry. */
export function addSighting(entry: CatalogueEntry, minute: number, tally: EventTally): void {
  const [firstMs, lastMs] = eventTimeOf(minute, tally)
  for (let level = 0; level < 8; level++) {
    entry.levels[level] = (entry.levels[level] ?? 0) + (tally.levels[level] ?? 0)
  }
  entry.firstMs = Math.min(entry.firstMs, firstMs)
  entry.lastMs = Math.max(entry.lastMs, lastMs)
  if (minute - entry.lastMinute > gapMinutesMin) {
    entry.gaps.push({ fromMinute: entry.lastMinute, returnMinute: minute })
    if (entry.gaps.length > gapsMax) forgetGap(entry.gaps)
  }
  entry.lastMinute = minute
}

/** Minutes between two sightings without one. */
export function silentMinutes({ fromMinute, returnMinute }: Gap): number {
  return returnMinute - fromMinute - 1
}

function forgetGap(gaps: Gap[]): void {
  let longestLater = 0
  let hidden = 0
  for (let i = gaps.length - 1; i >= 0; i--) {
    const gap = gaps[i]
    if (gap === undefined) continue
    if (silentMinutes(gap) <= longestLater) hidden = i
    longestLater = Math.max(longestLater, silentMinutes(gap))
  }
  gaps.splice(hidden, 1)
}

export function encodeEntry(entry: CatalogueEntry): Uint8Array {
  const sink = new ByteSink()
  sink.u8(catalogueEntryVersion)
  sink.text(entry.facility)
  sink.text(entry.event)
  for (let level = 0; level < 8; level++) sink.varint(entry.levels[level] ?? 0)
  sink.number(entry.firstMs)
  sink.number(entry.lastMs)
  sink.varint(entry.firstMinute)
  sink.varint(entry.lastMinute)
  sink.varint(entry.gaps.length)
  for (const gap of entry.gaps) {
    sink.varint(gap.fromMinute)
    sink.varint(silentMinutes(gap))
  }
  return sink.bytes.subarray(0, sink.length)
}

/** Throws FormatError. */
export function decodeEntry(bytes: Uint8Array): CatalogueEntry {
  const source = new ByteSource(bytes, 'an entry of the catalogue')
  const version = source.u8()
  if (version !== catalogueEntryVersion) source.fail(`version ${version}`)
  const facility = source.text()
  const event = source.text()
  const levels: number[] = []
  for (let level = 0; level < 8; level++) levels.push(source.varint())
  const firstMs = source.number()
  const lastMs = source.number()
  const firstMinute = source.varint()
  const lastMinute = source.varint()
  const gaps: Gap[] = []
  const count = source.varcount(gapsMax)
  for (let i = 0; i < count; i++) {
    const fromMinute = source.varint()
    gaps.push({ fromMinute, returnMinute: fromMinute + source.varint() + 1 })
  }
  source.end()
  return { facility, event, levels, firstMs, lastMs, firstMinute, lastMinute, gaps }
}
