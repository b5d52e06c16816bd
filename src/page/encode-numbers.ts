import type { ByteSink } from './byte-sink.ts'
import { NumberCode } from './format.ts'
import { type NumberFacts, factsOf, widthOf } from './number-facts.ts'
import { encodePlanes, encodeRawPlanes } from './planes.ts'

const dictionaryMax = 256
const tableSize = 1024
/** Powers of ten up to this one are tried. */
const powerMax = 9

/** Writes `count` numbers in the smallest form that gives back each bit; what is known of them. */
export function encodeNumbers(sink: ByteSink, values: Float64Array, count: number): NumberFacts {
  const facts = factsOf(values, count)
  if (facts.isWhole) encodeWhole(sink, values, facts)
  else encodeFractions(sink, values, count)
  return facts
}

function encodeWhole(sink: ByteSink, values: Float64Array, facts: NumberFacts): void {
  const { count, min, max } = facts
  if (count === 0 || min === max) {
    sink.u8(NumberCode.Const)
    sink.number(count === 0 ? 0 : min)
    return
  }
  if (max - min >= 2 ** 48) return encodeRaw(sink, values, count)
  if (facts.runCount * 16 <= count) return encodeRuns(sink, values, facts)
  const width = widthOf(max - min)
  const deltaWidth = widthOf(facts.deltaMax - facts.deltaMin)
  if (deltaWidth >= width) {
    if (width > 1 && count > 64 && encodeDictionary(sink, values, count)) return
    sink.u8(NumberCode.Frame)
    sink.number(min)
    sink.u8(width)
    encodePlanes(sink, values, { count, base: min, width })
    return
  }
  sink.u8(NumberCode.Delta)
  sink.number(values[0] ?? 0)
  sink.number(facts.deltaMin)
  sink.u8(deltaWidth)
  const deltas = new Float64Array(count - 1)
  for (let i = 1; i < count; i++) deltas[i - 1] = (values[i] ?? 0) - (values[i - 1] ?? 0)
  encodePlanes(sink, deltas, { count: count - 1, base: facts.deltaMin, width: deltaWidth })
}

function encodeRuns(sink: ByteSink, values: Float64Array, facts: NumberFacts): void {
  sink.u8(NumberCode.Runs)
  sink.number(facts.min)
  sink.varint(facts.runCount)
  for (let from = 0; from < facts.count;) {
    const value = values[from] ?? 0
    let to = from + 1
    while (to < facts.count && values[to] === value) to++
    sink.varint(value - facts.min)
    sink.varint(to - from)
    from = to
  }
}

/** Numbers by the byte, when there are few different ones; false, and nothing written, otherwise. */
function encodeDictionary(sink: ByteSink, values: Float64Array, count: number): boolean {
  const slots = new Uint16Array(tableSize)
  const entries = new Float64Array(dictionaryMax)
  const ids = new Uint8Array(count)
  let entryCount = 0
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    let slot = (Math.imul(value | 0, 0x9e3779b1) >>> 22) & (tableSize - 1)
    let id = (slots[slot] ?? 0) - 1
    while (id >= 0 && entries[id] !== value) {
      slot = (slot + 1) & (tableSize - 1)
      id = (slots[slot] ?? 0) - 1
    }
    if (id < 0) {
      if (entryCount === dictionaryMax || entryCount * 4 > count) return false
      id = entryCount++
      entries[id] = value
      slots[slot] = entryCount
    }
    ids[i] = id
  }
  sink.u8(NumberCode.Dictionary)
  sink.varint(entryCount)
  for (let id = 0; id < entryCount; id++) sink.number(entries[id] ?? 0)
  sink.cut()
  sink.append(ids)
  return true
}

function encodeFractions(sink: ByteSink, values: Float64Array, count: number): void {
  const power = powerOf(values, count)
  const scaled = power === 0 ? null : scale(values, count, power)
  if (scaled === null) return encodeRaw(sink, values, count)
  sink.u8(NumberCode.Scaled)
  sink.u8(power)
  encodeNumbers(sink, scaled, count)
}

/** The power of ten that makes a sample whole; 0 when none does. */
function powerOf(values: Float64Array, count: number): number {
  const step = Math.max(1, Math.floor(count / 64))
  for (let power = 1; power <= powerMax; power++) {
    const factor = 10 ** power
    let i = 0
    while (i < count && isScaled(values[i] ?? 0, factor)) i += step
    if (i >= count) return power
  }
  return 0
}

/** All numbers times a power of ten; null when one of them does not come back the same. */
function scale(values: Float64Array, count: number, power: number): Float64Array | null {
  const factor = 10 ** power
  const scaled = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const value = values[i] ?? 0
    const whole = Math.round(value * factor)
    if (whole / factor !== value || (whole === 0 && Object.is(value, -0))) return null
    if (whole > Number.MAX_SAFE_INTEGER || whole < -Number.MAX_SAFE_INTEGER) return null
    scaled[i] = whole
  }
  return scaled
}

function isScaled(value: number, factor: number): boolean {
  const whole = Math.round(value * factor)
  return whole / factor === value && Number.isSafeInteger(whole) && !Object.is(value, -0)
}

function encodeRaw(sink: ByteSink, values: Float64Array, count: number): void {
  sink.u8(NumberCode.Raw)
  encodeRawPlanes(sink, values, count)
}
