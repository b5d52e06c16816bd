import type { ByteSource } from './byte-source.ts'
import { NumberCode } from './format.ts'
import { decodePlanes, decodeWidePlanes } from './planes.ts'

/** Reads `count` numbers as `encodeNumbers` wrote them. Throws FormatError. */
export function decodeNumbers(source: ByteSource, count: number): Float64Array {
  const code = source.u8()
  if (code === NumberCode.Raw) return new Float64Array(decodeWidePlanes(source, count, 8).buffer)
  const into = new Float64Array(count)
  switch (code) {
    case NumberCode.Const:
      return into.fill(source.number())
    case NumberCode.Frame: {
      const base = source.number()
      decodePlanes(source, { count, base, width: source.u8() }, into)
      return into
    }
    case NumberCode.Delta:
      return decodeDeltas(source, into)
    case NumberCode.Dictionary:
      return decodeDictionary(source, into)
    case NumberCode.Runs:
      return decodeRuns(source, into)
    case NumberCode.Scaled:
      return decodeScaled(source, into)
    default:
      return source.fail(`no form of numbers has the code ${code}`)
  }
}

/** Reads `count` numbers from 0 to 255, as levels are. Throws FormatError. */
export function decodeBytes(source: ByteSource, count: number): Uint8Array {
  // Fast path: one plane is nearly what is asked for.
  if (source.bytes[source.at] !== NumberCode.Frame) {
    return new Uint8Array(decodeNumbers(source, count))
  }
  const from = source.at
  source.skip(1)
  const base = source.number()
  if (source.u8() !== 1) {
    source.at = from
    return new Uint8Array(decodeNumbers(source, count))
  }
  const bytes = source.take(count)
  const into = new Uint8Array(count)
  for (let i = 0; i < count; i++) into[i] = (bytes[i] ?? 0) + base
  return into
}

function decodeDeltas(source: ByteSource, into: Float64Array): Float64Array {
  if (into.length === 0) source.fail('differences of no numbers')
  let value = source.number()
  const base = source.number()
  const rest = into.subarray(1)
  decodePlanes(source, { count: rest.length, base, width: source.u8() }, rest)
  into[0] = value
  for (let i = 1; i < into.length; i++) {
    value += into[i] ?? 0
    into[i] = value
  }
  return into
}

function decodeDictionary(source: ByteSource, into: Float64Array): Float64Array {
  const entryCount = source.varcount(256)
  const entries = new Float64Array(256).fill(NaN)
  for (let id = 0; id < entryCount; id++) entries[id] = source.number()
  const ids = source.take(into.length)
  let idMax = -1
  for (let i = 0; i < into.length; i++) {
    const id = ids[i] ?? 0
    if (id > idMax) idMax = id
    into[i] = entries[id] ?? 0
  }
  if (idMax >= entryCount) source.fail(`entry ${idMax} of ${entryCount}`)
  return into
}

function decodeRuns(source: ByteSource, into: Float64Array): Float64Array {
  const base = source.number()
  const runCount = source.varcount(into.length)
  let from = 0
  for (let run = 0; run < runCount; run++) {
    const value = base + source.varint()
    const to = from + source.varcount(into.length - from)
    into.fill(value, from, to)
    from = to
  }
  if (from !== into.length) source.fail(`runs of ${from} numbers instead of ${into.length}`)
  return into
}

function decodeScaled(source: ByteSource, into: Float64Array): Float64Array {
  const power = source.u8()
  if (source.bytes[source.at] === NumberCode.Scaled) source.fail('a power of ten twice')
  const scaled = decodeNumbers(source, into.length)
  const factor = 10 ** power
  for (let i = 0; i < scaled.length; i++) into[i] = (scaled[i] ?? 0) / factor
  return into
}
