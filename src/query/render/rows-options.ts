import type { OpenBlock } from '../../page/contract.ts'
import { hexDigit } from './json-text.ts'
import type { Output } from './output.ts'
import type { Shape } from './shape.ts'
import type { TimeText } from './time-text.ts'

/** What a format needs to write the rows of a block. */
export interface RowsOptions {
  readonly block: OpenBlock
  /** How many rows will be written, at most. */
  readonly rows: number
  readonly shape: Shape
  /** Two, so that each keeps its own date. */
  readonly received: TimeText
  readonly timestamp: TimeText
}

/** The first twelve digits of an event id: minute since the epoch (8) and part (4). See event/event-id.ts. */
export function writeIdPrefix(out: Output, minute: number, part: number): void {
  out.reserve(12)
  const bytes = out.bytes
  let at = out.at
  for (let shift = 28; shift >= 0; shift -= 4) bytes[at++] = hexDigit((minute >>> shift) & 15)
  for (let shift = 12; shift >= 0; shift -= 4) bytes[at++] = hexDigit((part >> shift) & 15)
  out.at = at
}

/** The last four digits of an event id. */
export function writeRowDigits(out: Output, row: number): void {
  out.reserve(4)
  const bytes = out.bytes
  const at = out.at
  bytes[at] = hexDigit(row >> 12)
  bytes[at + 1] = hexDigit((row >> 8) & 15)
  bytes[at + 2] = hexDigit((row >> 4) & 15)
  bytes[at + 3] = hexDigit(row & 15)
  out.at = at + 4
}
