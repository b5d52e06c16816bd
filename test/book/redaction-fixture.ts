import type { RedactReport, RedactRequest, RedactRule } from '../../src/book/contract.ts'
import type { LmdbReader } from '../../src/book/lmdb-reader.ts'
import type { LmdbWriter } from '../../src/book/lmdb-writer.ts'
import { formatEventId } from '../../src/event/event-id.ts'
import { openBlock } from '../../src/page/block-reader.ts'
import { decodeDirectory } from '../../src/page/directory.ts'
import { numberOfRow } from '../../src/page/row-number.ts'

export const everything = { beforeMinute: 0xffff_ffff, facilities: null, levels: null }

export function requestOf(rule: Partial<RedactRule>, dryRun = false): RedactRequest {
  const rules = [{ ...everything, ...rule }]
  return { rules, dryRun, why: 'DELETE', by: 'anna', atMs: 1_800_000_000_000 }
}

/** Goes all the way on this thread; `between` is called after each step. */
export function redact(
  writer: LmdbWriter,
  request: RedactRequest,
  between: (step: number) => void = () => {},
): RedactReport {
  const steps = writer.redact(request)
  for (let step = 1; ; step++) {
    const { done, value } = steps.next()
    if (done === true) return value
    between(step)
  }
}

export interface HeldEvent {
  readonly id: string
  readonly facility: string
  readonly level: number
  readonly event: string
  readonly timestampMs: number
}

/** All events of a page by what the reader gives, null without a page. */
export function eventsIn(reader: LmdbReader, minute: number): HeldEvent[] | null {
  const directory = reader.directory(minute)
  if (directory === null) return null
  const parts = decodeDirectory(directory).blocks.map(({ part }) => part)
  return parts.flatMap((part) => {
    const block = openBlock(new Uint8Array(reader.block(minute, part)))
    const text = (of: 'facility' | 'event', row: number): string => {
      const { bytes, offsets, ids } = block[of]()
      const at = ids === null ? row : (ids[row] ?? 0)
      return Buffer.from(bytes.subarray(offsets[at], offsets[at + 1])).toString()
    }
    const times = block.timestampMs()
    const levels = block.level()
    return Array.from({ length: block.rowCount }, (_, row) => {
      const id = formatEventId({ minute, part, row: numberOfRow(block, row) })
      const timestampMs = times[row] ?? 0
      const [facility, event] = [text('facility', row), text('event', row)]
      return { id, facility, level: levels[row] ?? 0, event, timestampMs }
    })
  })
}
