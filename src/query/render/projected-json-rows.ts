import { levelNames } from '../../event/level.ts'
import { AdditionalJson } from './additional-json.ts'
import { writeReadyOrText } from './json-value.ts'
import type { Output } from './output.ts'
import type { MemberName, Projection } from './projection.ts'
import { type RowsOptions, writeIdPrefix, writeRowDigits } from './rows-options.ts'

const openBrace = 0x7b
const closeBrace = 0x7d
const quote = 0x22

type WriteMember = (row: number) => void

/** Writes what is kept of events as JSON objects. */
export class ProjectedJsonRows {
  readonly #out: Output
  readonly #members: readonly WriteMember[]

  constructor(out: Output, options: RowsOptions, projection: Projection) {
    this.#out = out
    this.#members = membersOf(out, options).flatMap(([name, make]) =>
      projection.members.has(name) ? [named(out, name, make())] : [],
    )
  }

  write(row: number): void {
    const out = this.#out
    const at = out.at
    for (const write of this.#members) write(row)
    if (out.at === at) out.byte(openBrace)
    // In place of the first member's comma.
    else out.bytes[at] = openBrace
    out.byte(closeBrace)
  }
}

function named(out: Output, name: string, write: WriteMember): WriteMember {
  const lead = Buffer.from(`,"${name}":`)
  return (row) => {
    out.all(lead)
    write(row)
  }
}

/** How each member is written; what is not asked for is not decoded. */
function membersOf(
  out: Output,
  options: RowsOptions,
): readonly (readonly [MemberName, () => WriteMember])[] {
  const { block } = options
  const { rowNumbers, rowBase = 0 } = block
  const id: WriteMember = (row) => {
    out.byte(quote)
    writeIdPrefix(out, block.minute, block.part)
    writeRowDigits(out, rowNumbers?.[row] ?? row + rowBase)
    out.byte(quote)
  }
  return [
    ['id', () => id],
    ['received', () => timeMember(out, options, 'received')],
    ['timestamp', () => timeMember(out, options, 'timestamp')],
    ['facility', () => textMember(out, block.facility())],
    ['level', () => levelMember(out, block.level())],
    ['event', () => textMember(out, block.event())],
    ['additional', () => additionalMember(out, options)],
  ]
}

function timeMember(
  out: Output,
  { block, received, timestamp }: RowsOptions,
  of: 'received' | 'timestamp',
): WriteMember {
  const isReceived = of === 'received'
  const times = isReceived ? block.receivedMs() : block.timestampMs()
  const fractions = isReceived ? null : block.timestampNanos()
  const text = isReceived ? received : timestamp
  return (row) => {
    out.byte(quote)
    const nanos = fractions?.[row] ?? 0
    if (nanos === 0) text.write(out, times[row] ?? 0)
    else text.writeNanos(out, times[row] ?? 0, nanos)
    out.byte(quote)
  }
}

function textMember(out: Output, texts: ReturnType<RowsOptions['block']['event']>): WriteMember {
  return (row) => writeReadyOrText(out, null, texts, row)
}

function levelMember(out: Output, levels: Uint8Array): WriteMember {
  return (row) => out.ascii(`"${levelNames[levels[row] ?? 0] ?? ''}"`)
}

function additionalMember(
  out: Output,
  { block, rows, shape, timestamp }: RowsOptions,
): WriteMember {
  const additional = new AdditionalJson(out, block, { shape, rows, time: timestamp })
  return (row) => additional.write(row)
}
