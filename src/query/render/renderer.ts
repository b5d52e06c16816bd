import type { OpenBlock } from '../../page/contract.ts'
import type { AnswerFormat } from '../contract.ts'
import { jsonLead } from './additional-json.ts'
import { CsvRows, csvHeader } from './csv-rows.ts'
import { JsonRows } from './json-rows.ts'
import { msgpackLead } from './additional-msgpack.ts'
import { MsgpackRows } from './msgpack-rows.ts'
import type { Output } from './output.ts'
import { ProjectedCsvRows } from './projected-csv-rows.ts'
import { ProjectedJsonRows } from './projected-json-rows.ts'
import { ProjectedMsgpackRows } from './projected-msgpack-rows.ts'
import type { Projection } from './projection.ts'
import { ShapeMaker } from './shape.ts'
import { TimeText } from './time-text.ts'

/** Writes the events of one block; rows are asked for upwards. */
export interface BlockRows {
  write(row: number): void
}

/**
 * Renders events as one body in a format:
 *
 *   json     before [ event , event … ] after
 *   ndjson   event LF …
 *   msgpack  map map …
 *   csv      header CRLF row CRLF …
 */
export class Renderer {
  readonly #format: AnswerFormat
  readonly #projection: Projection | null
  readonly #shapes: ShapeMaker
  readonly #received = new TimeText()
  readonly #timestamp = new TimeText()
  #events = 0

  /** `projection`: what is kept of each event; null: all of it. */
  constructor(format: AnswerFormat, projection: Projection | null = null) {
    this.#format = format
    this.#projection = projection
    this.#shapes = new ShapeMaker(format === 'msgpack' ? msgpackLead : jsonLead)
  }

  get events(): number {
    return this.#events
  }

  begin(out: Output, before: string): void {
    if (this.#format === 'json') out.text(`${before}[`)
    else if (this.#format === 'csv') out.ascii(csvHeader(this.#projection))
  }

  end(out: Output, after: string): void {
    if (this.#format === 'json') out.text(`]${after}`)
  }

  /** `rows`: how many of the block's rows will be written, at most. */
  block(out: Output, whole: OpenBlock, rows: number): BlockRows {
    const projection = this.#projection
    const block = projection?.blockOf(whole) ?? whole
    const options = {
      block,
      rows,
      shape: this.#shapes.shapeOf(block.columns),
      received: this.#received,
      timestamp: this.#timestamp,
    }
    if (this.#format === 'csv') {
      return projection === null
        ? new CsvRows(out, options)
        : new ProjectedCsvRows(out, options, projection)
    }
    if (this.#format === 'msgpack') {
      return projection === null
        ? new MsgpackRows(out, options)
        : new ProjectedMsgpackRows(out, options, projection)
    }
    return projection === null
      ? new JsonRows(out, options)
      : new ProjectedJsonRows(out, options, projection)
  }

  /** Writes what stands between two events, then the event. */
  event(out: Output, rows: BlockRows, row: number): void {
    if (this.#format === 'json' && this.#events > 0) out.byte(0x2c)
    rows.write(row)
    if (this.#format === 'ndjson') out.byte(0x0a)
    this.#events++
  }
}
