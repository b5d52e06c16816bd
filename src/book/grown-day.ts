import type { Summary } from '../page/contract.ts'
import type { DayRecord } from './meta-store.ts'

/** A day's record with one more page. */
export function grown(
  known: DayRecord | null,
  day: string,
  summary: Summary,
  generation: number,
): DayRecord {
  const { minute, eventCount, bytes } = summary
  const hasPages = known !== null && known.pages > 0
  return {
    day,
    generation,
    pages: (known?.pages ?? 0) + 1,
    events: (known?.events ?? 0) + eventCount,
    bytes: (known?.bytes ?? 0) + bytes,
    firstMinute: hasPages ? known.firstMinute : minute,
    lastMinute: minute,
    asideThrough: known?.asideThrough ?? null,
  }
}
