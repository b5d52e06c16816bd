import type { TextValues } from '../../page/contract.ts'
import { AdditionalMsgpack, msgpackLead } from './additional-msgpack.ts'
import { textIndex } from './json-value.ts'
import { levelNames } from '../../event/level.ts'
import { writeMsgpackText } from './msgpack-header.ts'
import type { Output } from './output.ts'
import { type RowsOptions, writeIdPrefix, writeRowDigits } from './rows-options.ts'
import type { TimeText } from './time-text.ts'

const concat = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts)
/** A fixstr header: times are 24 characters, or 30 with nanoseconds. */
const textHeader = (bytes: number): Uint8Array => Uint8Array.of(0xa0 | bytes)

/** The header of a map of seven, and the id's name. */
const idLead = concat(Uint8Array.of(0x87), msgpackLead('id'), textHeader(16))
const receivedLead = concat(msgpackLead('received'), textHeader(24))
const timestampLead = concat(msgpackLead('timestamp'), textHeader(24))
const nanosLead = concat(msgpackLead('timestamp'), textHeader(30))
const facilityLead = msgpackLead('facility')
const levelLeads = levelNames.map((name) =>
  concat(msgpackLead('level'), msgpackLead(name), msgpackLead('event')),
)
const additionalLead = msgpackLead('additional')

/** Writes events as msgpack maps with the keys of the JSON form. */
export class MsgpackRows {
  readonly #out: Output
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
  readonly #additional: AdditionalMsgpack

  constructor(out: Output, options: RowsOptions) {
    const { block } = options
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
    this.#additional = new AdditionalMsgpack(out, block, options.shape)
  }

  write(row: number): void {
    const out = this.#out
    out.all(idLead)
    writeIdPrefix(out, this.#minute, this.#part)
    writeRowDigits(out, this.#rowNumbers?.[row] ?? row + this.#rowBase)
    out.all(receivedLead)
    this.#received.write(out, this.#receivedMs[row] ?? 0)
    this.#writeTimestamp(row)
    out.all(facilityLead)
    writeEntry(out, this.#facility, row)
    out.all(levelLeads[this.#level[row] ?? 0] ?? additionalLead)
    writeEntry(out, this.#event, row)
    out.all(additionalLead)
    this.#additional.write(row)
  }

  #writeTimestamp(row: number): void {
    const ms = this.#timestampMs[row] ?? 0
    const nanos = this.#timestampNanos?.[row] ?? 0
    if (nanos === 0) {
      this.#out.all(timestampLead)
      this.#timestamp.write(this.#out, ms)
    } else {
      this.#out.all(nanosLead)
      this.#timestamp.writeNanos(this.#out, ms, nanos)
    }
  }
}

function writeEntry(out: Output, texts: TextValues, entry: number): void {
  const text = textIndex(texts, entry)
  writeMsgpackText(out, texts.bytes, texts.offsets[text] ?? 0, texts.offsets[text + 1] ?? 0)
}
