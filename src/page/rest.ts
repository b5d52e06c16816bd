import { Kind } from '../event/kind.ts'
import type { SealedBlock } from '../ring/block-builder.ts'
import type { ByteSink } from './byte-sink.ts'
import type { ByteSource } from './byte-source.ts'
import type { RestValue } from './contract.ts'
import { decodeNumbers } from './decode-numbers.ts'
import { decodeTexts } from './decode-text.ts'
import { encodeNumbers } from './encode-numbers.ts'
import { encodeTexts } from './encode-text.ts'

/** Writes the members that found no column: rows, kinds, paths (as JSON arrays of names) and values. */
export function encodeRest(sink: ByteSink, block: SealedBlock): void {
  const { restCount: count, rest } = block
  encodeNumbers(sink, Float64Array.from(rest.rows.subarray(0, count)), count)
  encodeNumbers(sink, Float64Array.from(rest.kinds.subarray(0, count)), count)
  const word = (index: number): Uint32Array =>
    Uint32Array.from({ length: count }, (_, i) => rest.words[i * 4 + index] ?? 0)
  encodeTexts(sink, { block, references: word(0), lengths: word(1), count })
  encodeTexts(sink, { block, references: word(2), lengths: word(3), count })
}

/** Reads `count` members. Throws FormatError. */
export function decodeRest(source: ByteSource, count: number, rowCount: number): RestValue[] {
  const rows = decodeNumbers(source, count)
  const kinds = decodeNumbers(source, count)
  const pathAt = decodeRawTexts(source, count)
  const valueAt = decodeRawTexts(source, count)
  const paths = new Map<string, readonly string[]>()
  return Array.from({ length: count }, (_, i) => {
    const row = rows[i] ?? 0
    if (!(row >= 0 && row < rowCount && Number.isInteger(row))) source.fail(`row ${row}`)
    const json = Buffer.from(pathAt(i)).toString()
    const segments = paths.get(json) ?? readSegments(source, json)
    paths.set(json, segments)
    return { row, segments, kind: readKind(source, kinds[i] ?? 0), value: valueAt(i) }
  })
}

function decodeRawTexts(source: ByteSource, count: number): (index: number) => Uint8Array {
  const { bytes, offsets } = decodeTexts(source, count)
  return (index) => bytes.subarray(offsets[index] ?? 0, offsets[index + 1] ?? 0)
}

function readKind(source: ByteSource, kind: number): RestValue['kind'] {
  if (kind === Kind.Json || kind === Kind.Msgpack) return kind
  return source.fail(`no kind ${kind} of a member`)
}

function isPath(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string')
}

function readSegments(source: ByteSource, json: string): readonly string[] {
  let value: unknown = null
  try {
    value = JSON.parse(json)
  } catch {
    // Told below, like any other text that is no array of names.
  }
  return isPath(value) ? value : source.fail('no path')
}
