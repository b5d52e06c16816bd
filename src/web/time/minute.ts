export const minuteMs = 60_000

/** The beginning of a minute such as `2026-11-22T12:34Z`, ms since the epoch. */
export function msOfMinute(minute: string): number {
  return Date.parse(minute)
}
