import { levelNames } from '../../event/level.ts'
import { AdditionalJson } from './additional-json.ts'
import { writeEntry, writeField } from './csv-rows.ts'
import { Output } from './output.ts'
import type { MemberName, Projection } from './projection.ts'
import { type RowsOptions, writeIdPrefix, writeRowDigits } from './rows-options.ts'

const comma = 0x2c

type WriteField = (row: number) => void

/** Writes what is kept of events as the rows of RFC 4180. */
export class ProjectedCsvRows {
  readonly #out: Output
  readonly #fields: readonly WriteField[]

  constructor(out: Output, options: RowsOptions, projection: Projection) {
    this.#out = out
    this.#fields = fieldsOf(out, options).flatMap(([name, make]) =>
      projection.members.has(name) ? [make()] : [],
    )
  }

  write(row: number): void {
    for (const [i, write] of this.#fields.entries()) {
      if (i > 0) this.#out.byte(comma)
      write(row)
    }
    this.#out.ascii('\r\n')
  }
}

/** How each field is written; what is not asked for is not decoded. */
function fieldsOf(
  out: Output,
  options: RowsOptions,
): readonly (readonly [MemberName, () => WriteField])[] {
  const { block } = options
  const { rowNumbers, rowBase = 0 } = block
  const id: WriteField = (row) => {
    writeIdPrefix(out, block.minute, block.part)
    writeRowDigits(out, rowNumbers?.[row] ?? row + rowBase)
  }
  return [
    ['id', () => id],
    ['received', () => timeField(out, options, 'received')],
    ['timestamp', () => timeField(out, options, 'timestamp')],
    ['facility', () => textField(out, block.facility())],
    ['level', () => levelField(out, block.level())],
    ['event', () => textField(out, block.event())],
    ['additional', () => additionalField(out, options)],
  ]
}

function timeField(
  out: Output,
  { block, received, timestamp }: RowsOptions,
  of: 'received' | 'timestamp',
): WriteField {
  const isReceived = of === 'received'
  const times = isReceived ? block.receivedMs() : block.timestampMs()
  const fractions = isReceived ? null : block.timestampNanos()
  const text = isReceived ? received : timestamp
  return (row) => {
    const nanos = fractions?.[row] ?? 0
    if (nanos === 0) text.write(out, times[row] ?? 0)
    else text.writeNanos(out, times[row] ?? 0, nanos)
  }
}

function textField(out: Output, texts: ReturnType<RowsOptions['block']['event']>): WriteField {
  return (row) => writeEntry(out, texts, row)
}

function levelField(out: Output, levels: Uint8Array): WriteField {
  return (row) => out.ascii(levelNames[levels[row] ?? 0] ?? '')
}

function additionalField(out: Output, { block, rows, shape, timestamp }: RowsOptions): WriteField {
  const scratch = new Output()
  const additional = new AdditionalJson(scratch, block, { shape, rows, time: timestamp })
  return (row) => {
    scratch.at = 0
    additional.write(row)
    writeField(out, scratch.bytes, 0, scratch.at)
  }
}
