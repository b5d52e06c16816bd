import type { TextValues } from '../../page/contract.ts'
import { AdditionalJson } from './additional-json.ts'
import { textIndex } from './json-value.ts'
import { levelNames } from '../../event/level.ts'
import { Output } from './output.ts'
import { type RowsOptions, writeIdPrefix, writeRowDigits } from './rows-options.ts'
import { memberNames, type Projection } from './projection.ts'
import type { TimeText } from './time-text.ts'

const quote = 0x22
const comma = 0x2c

/** The names of the fields: all, or those that are kept. */
export function csvHeader(projection: Projection | null): string {
  const names = memberNames.filter((name) => projection?.members.has(name) ?? true)
  return `${names.join(',')}\r\n`
}

/** Writes events as the rows of RFC 4180; `additional` is JSON text in one field. */
export class CsvRows {
  readonly #out: Output
  readonly #scratch = new Output()
  readonly #minute: number
  readonly #part: number
  readonly #rowNumbers: Uint16Array | null
  readonly #rowBase: number
  readonly #receivedMs: Float64Array
  readonly #timestampMs: Float64Array
  readonly #timestampNanos: Uint32Array | null
  readonly #level: Uint8Array
  readonly #facility: TextValues
  readonly #event: TextValues
  readonly #received: TimeText
  readonly #timestamp: TimeText
  readonly #additional: AdditionalJson

  constructor(out: Output, options: RowsOptions) {
    const { block, rows, shape } = options
    this.#out = out
    this.#minute = block.minute
    this.#part = block.part
    this.#rowNumbers = block.rowNumbers ?? null
    this.#rowBase = block.rowBase ?? 0
    this.#receivedMs = block.receivedMs()
    this.#timestampMs = block.timestampMs()
    this.#timestampNanos = block.timestampNanos()
    this.#level = block.level()
    this.#facility = block.facility()
    this.#event = block.event()
    this.#received = options.received
    this.#timestamp = options.timestamp
    const additional = { shape, rows, time: options.timestamp }
    this.#additional = new AdditionalJson(this.#scratch, block, additional)
  }

  write(row: number): void {
    const out = this.#out
    writeIdPrefix(out, this.#minute, this.#part)
    writeRowDigits(out, this.#rowNumbers?.[row] ?? row + this.#rowBase)
    out.byte(comma)
    this.#received.write(out, this.#receivedMs[row] ?? 0)
    out.byte(comma)
    const nanos = this.#timestampNanos?.[row] ?? 0
    if (nanos === 0) this.#timestamp.write(out, this.#timestampMs[row] ?? 0)
    else this.#timestamp.writeNanos(out, this.#timestampMs[row] ?? 0, nanos)
    out.byte(comma)
    writeEntry(out, this.#facility, row)
    out.byte(comma)
    out.ascii(levelNames[this.#level[row] ?? 0] ?? '')
    out.byte(comma)
    writeEntry(out, this.#event, row)
    out.byte(comma)
    this.#scratch.at = 0
    this.#additional.write(row)
    writeField(out, this.#scratch.bytes, 0, this.#scratch.at)
    out.ascii('\r\n')
  }
}

/** Entry `entry` of a column of texts, as a field. */
export function writeEntry(out: Output, texts: TextValues, entry: number): void {
  const text = textIndex(texts, entry)
  writeField(out, texts.bytes, texts.offsets[text] ?? 0, texts.offsets[text + 1] ?? 0)
}

/** A field, in quotes only where RFC 4180 asks for them. */
export function writeField(out: Output, source: Uint8Array, from: number, to: number): void {
  if (!needsQuotes(source, from, to)) {
    out.copy(source, from, to)
    return
  }
  out.reserve((to - from) * 2 + 2)
  const bytes = out.bytes
  let at = out.at
  bytes[at++] = quote
  for (let i = from; i < to; i++) {
    const code = source[i] ?? 0
    if (code === quote) bytes[at++] = quote
    bytes[at++] = code
  }
  bytes[at++] = quote
  out.at = at
}

function needsQuotes(source: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = source[i]
    if (code === quote || code === comma || code === 0x0a || code === 0x0d) return true
  }
  return false
}
