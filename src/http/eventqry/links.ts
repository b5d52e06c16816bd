import { formatMinute, formatTimestamp } from '../../event/time.ts'
import { levelNames } from '../../event/level.ts'
import type { PageHead } from '../../query/contract.ts'

export const basePath = '/api/v1/eventqry'

export const minutePath = (minute: number): string => `${basePath}/minutes/${formatMinute(minute)}`

/** Counts by level name; levels without events are left out. */
export function levelCounts(levels: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const [level, name] of levelNames.entries()) {
    const count = levels[level] ?? 0
    if (count > 0) counts[name] = count
  }
  return counts
}

/** A page as lists show it. */
export function pageEntry(head: PageHead) {
  return {
    minute: formatMinute(head.minute),
    events: head.eventCount,
    ...(head.bytes === null ? {} : { bytes: head.bytes }),
    digest: head.digest,
    link: head.link,
    previous: head.previous,
    levels: levelCounts(head.levels),
    timestampMin: formatTimestamp(head.timestampMinMs),
    timestampMax: formatTimestamp(head.timestampMaxMs),
    closedAt: formatTimestamp(head.closedAtMs),
    href: minutePath(head.minute),
    page: `${basePath}/pages/${head.digest}`,
  }
}
