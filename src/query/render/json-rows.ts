import type { TextValues } from '../../page/contract.ts'
import { AdditionalJson } from './additional-json.ts'
import { levelNames } from '../../event/level.ts'
import { type ReadyTexts, readyTexts, writeJsonText } from './json-text.ts'
import { writeReadyOrText } from './json-value.ts'
import type { Output } from './output.ts'
import { type RowsOptions, writeIdPrefix, writeRowDigits } from './rows-options.ts'
import type { TimeText } from './time-text.ts'

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const idLead = ascii('{"id":"')
const receivedLead = ascii('","received":"')
const timestampLead = ascii('","timestamp":"')
const facilityLead = ascii('","facility":')
const levelLeads = levelNames.map((name) => ascii(`,"level":"${name}","event":`))
const additionalLead = ascii(',"additional":')

/** Writes events as JSON objects. */
export class JsonRows {
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
  readonly #readyFacility: ReadyTexts | null
  readonly #readyEvent: ReadyTexts | null
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
    this.#readyFacility = readyTexts(this.#facility, rows, writeJsonText)
    this.#readyEvent = readyTexts(this.#event, rows, writeJsonText)
    this.#received = options.received
    this.#timestamp = options.timestamp
    this.#additional = new AdditionalJson(out, block, { shape, rows, time: options.timestamp })
  }

  write(row: number): void {
    const out = this.#out
    out.all(idLead)
    writeIdPrefix(out, this.#minute, this.#part)
    writeRowDigits(out, this.#rowNumbers?.[row] ?? row + this.#rowBase)
    out.all(receivedLead)
    this.#received.write(out, this.#receivedMs[row] ?? 0)
    out.all(timestampLead)
    this.#writeTimestamp(row)
    out.all(facilityLead)
    writeReadyOrText(out, this.#readyFacility, this.#facility, row)
    out.all(levelLeads[this.#level[row] ?? 0] ?? additionalLead)
    writeReadyOrText(out, this.#readyEvent, this.#event, row)
    out.all(additionalLead)
    this.#additional.write(row)
    out.byte(0x7d)
  }

  #writeTimestamp(row: number): void {
    const ms = this.#timestampMs[row] ?? 0
    const nanos = this.#timestampNanos?.[row] ?? 0
    if (nanos === 0) this.#timestamp.write(this.#out, ms)
    else this.#timestamp.writeNanos(this.#out, ms, nanos)
  }
}
