/** Widths of buckets in minutes: what people read, and what hours and days sum up to. */
const widths = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 43_200, 524_160]

/** How a range of minutes is cut for sparklines; aligned to UTC. */
export interface Buckets {
  /** Minutes of one; 0: there are none. */
  readonly minutes: number
  readonly count: number
  of(minute: number): number
}

/** At most `most` buckets for [from, to), of the least width that does. */
export function bucketsOf(from: number, to: number, most: number): Buckets {
  if (most === 0 || to <= from) return { minutes: 0, count: 0, of: () => 0 }
  for (const minutes of widths) {
    const first = Math.floor(from / minutes)
    const count = Math.ceil(to / minutes) - first
    if (count <= most)
      return { minutes, count, of: (minute) => Math.floor(minute / minutes) - first }
  }
  const minutes = Math.ceil(to / most)
  return { minutes, count: most, of: (minute) => Math.floor(minute / minutes) }
}
