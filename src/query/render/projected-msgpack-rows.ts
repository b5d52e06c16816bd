import { levelNames } from '../../event/level.ts'
import type { TextValues } from '../../page/contract.ts'
import { AdditionalMsgpack, msgpackLead } from './additional-msgpack.ts'
import { textIndex } from './json-value.ts'
import { writeContainerHeader, writeMsgpackText } from './msgpack-header.ts'
import type { Output } from './output.ts'
import type { MemberName, Projection } from './projection.ts'
import { type RowsOptions, writeIdPrefix, writeRowDigits } from './rows-options.ts'
import { nanoTimeTextBytes, timeTextBytes } from './time-text.ts'

/** The header of a text of up to 31 bytes. */
const shortText = 0xa0
const idBytes = 16

type WriteMember = (row: number) => void

/** Writes what is kept of events as msgpack maps. */
export class ProjectedMsgpackRows {
  readonly #out: Output
  readonly #members: readonly WriteMember[]

  constructor(out: Output, options: RowsOptions, projection: Projection) {
    this.#out = out
    this.#members = membersOf(out, options).flatMap(([name, make]) =>
      projection.members.has(name) ? [named(out, name, make())] : [],
    )
  }

  write(row: number): void {
    writeContainerHeader(this.#out, 'map', this.#members.length)
    for (const write of this.#members) write(row)
  }
}

function named(out: Output, name: string, write: WriteMember): WriteMember {
  const lead = msgpackLead(name)
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
  const { block, shape } = options
  const { rowNumbers, rowBase = 0 } = block
  const id: WriteMember = (row) => {
    out.byte(shortText | idBytes)
    writeIdPrefix(out, block.minute, block.part)
    writeRowDigits(out, rowNumbers?.[row] ?? row + rowBase)
  }
  return [
    ['id', () => id],
    ['received', () => timeMember(out, options, 'received')],
    ['timestamp', () => timeMember(out, options, 'timestamp')],
    ['facility', () => textMember(out, block.facility())],
    ['level', () => levelMember(out, block.level())],
    ['event', () => textMember(out, block.event())],
    [
      'additional',
      () => {
        const additional = new AdditionalMsgpack(out, block, shape)
        return (row) => additional.write(row)
      },
    ],
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
    const nanos = fractions?.[row] ?? 0
    out.byte(shortText | (nanos === 0 ? timeTextBytes : nanoTimeTextBytes))
    if (nanos === 0) text.write(out, times[row] ?? 0)
    else text.writeNanos(out, times[row] ?? 0, nanos)
  }
}

function textMember(out: Output, texts: TextValues): WriteMember {
  return (row) => {
    const text = textIndex(texts, row)
    writeMsgpackText(out, texts.bytes, texts.offsets[text] ?? 0, texts.offsets[text + 1] ?? 0)
  }
}

function levelMember(out: Output, levels: Uint8Array): WriteMember {
  const leads = levelNames.map(msgpackLead)
  return (row) => out.all(leads[levels[row] ?? 0] ?? noBytes)
}

const noBytes = new Uint8Array(0)
