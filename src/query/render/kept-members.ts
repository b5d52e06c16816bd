import type { TextValues } from '../../page/contract.ts'
import { numberOfRow } from '../../page/row-number.ts'
import type { Output } from './output.ts'
import type { MemberName, Projection } from './projection.ts'
import { type RowsOptions, writeIdPrefix, writeRowDigits } from './rows-options.ts'

export type WriteMember = (row: number) => void

/** How a format writes each kind of member. */
export interface MemberForms {
  id(digits: WriteMember): WriteMember
  /** `text` writes the row's time, which has nanoseconds when `nanos` of the row is not 0. */
  time(text: WriteMember, nanos: (row: number) => number): WriteMember
  text(texts: TextValues): WriteMember
  level(levels: Uint8Array): WriteMember
  additional(): WriteMember
}

/** The members of the block's events that are kept, in their order; what is not kept is not decoded. */
export function keptMembers(
  out: Output,
  options: RowsOptions,
  projection: Projection,
  forms: MemberForms,
): readonly (readonly [MemberName, WriteMember])[] {
  const { block, received, timestamp } = options
  const digits: WriteMember = (row) => {
    writeIdPrefix(out, block.minute, block.part)
    writeRowDigits(out, numberOfRow(block, row))
  }
  const timeOf = (
    text: RowsOptions['received'],
    times: Float64Array,
    fractions: Uint32Array | null,
  ): WriteMember => {
    const nanosOf = (row: number): number => fractions?.[row] ?? 0
    return forms.time((row) => {
      const nanos = nanosOf(row)
      if (nanos === 0) text.write(out, times[row] ?? 0)
      else text.writeNanos(out, times[row] ?? 0, nanos)
    }, nanosOf)
  }
  const members: readonly (readonly [MemberName, () => WriteMember])[] = [
    ['id', () => forms.id(digits)],
    ['received', () => timeOf(received, block.receivedMs(), null)],
    ['timestamp', () => timeOf(timestamp, block.timestampMs(), block.timestampNanos())],
    ['facility', () => forms.text(block.facility())],
    ['level', () => forms.level(block.level())],
    ['event', () => forms.text(block.event())],
    ['additional', () => forms.additional()],
  ]
  return members.flatMap(([name, make]) =>
    projection.members.has(name) ? [[name, make()] as const] : [],
  )
}
