import type {
  CatalogueAnswer,
  CataloguePair,
  CatalogueRequest,
} from '../../../src/query/catalogue/contract.ts'

/* The catalogue by looking at every event, for tests. */

export interface NaiveEvent {
  readonly minute: number
  readonly facility: string
  readonly event: string
  readonly level: number
}

/** What the pairs of an answer must be; the range and the width of buckets are taken from the answer. */
export function naivePairs(
  events: readonly NaiveEvent[],
  request: CatalogueRequest,
  answer: Pick<CatalogueAnswer, 'from' | 'to' | 'bucketMinutes'>,
): CataloguePair[] {
  const names = new Set(events.map(({ facility, event }) => JSON.stringify([facility, event])))
  const pairs: CataloguePair[] = []
  for (const name of [...names].sort(byFacilityThenEvent)) {
    const own = events
      .filter(({ facility, event }) => JSON.stringify([facility, event]) === name)
      .toSorted((a, b) => a.minute - b.minute)
    const pair = naivePair(own, request, answer)
    if (pair !== null) pairs.push(pair)
  }
  return pairs
}

function byFacilityThenEvent(a: string, b: string): number {
  const [one, other] = [JSON.parse(a), JSON.parse(b)]
  const at = one[0] === other[0] ? 1 : 0
  return one[at] < other[at] ? -1 : 1
}

function naivePair(
  own: readonly NaiveEvent[],
  request: CatalogueRequest,
  { from, to, bucketMinutes }: Pick<CatalogueAnswer, 'from' | 'to' | 'bucketMinutes'>,
): CataloguePair | null {
  const [first] = own
  const last = own.at(-1)
  if (first === undefined || last === undefined || first.minute >= to) return null
  const { facility, event } = first
  const { filter, contains } = request
  if (filter.facility?.includes(facility) === false) return null
  if (filter.event?.includes(event) === false) return null
  if (filter.level !== null && !own.some(({ level }) => filter.level?.includes(level))) return null
  const texts = [facility, event].map(lower)
  if (contains !== null && !texts.some((text) => text.includes(lower(contains)))) return null
  const inRange = own.filter(({ minute }) => minute >= from && minute < to)
  const counted = (list: readonly NaiveEvent[]): NaiveEvent[] =>
    list.filter(({ level }) => filter.level === null || filter.level.includes(level))
  const firsts = own.findIndex(({ minute }) => minute === first.minute)
  const silences = own
    .map(({ minute }, i) => ({ minute, after: minute - (own[i - 1]?.minute ?? minute) - 1 }))
    .slice(firsts)
    .filter(({ minute, after }) => minute >= from && minute < to && after >= request.silenceMinutes)
  const back = silences.at(-1)?.after ?? null
  const seen = back === null ? 'active' : 'returned'
  return {
    facility,
    event,
    status: inRange.length === 0 ? 'silent' : first.minute >= from ? 'new' : seen,
    count: counted(inRange).length,
    levels: [0, 1, 2, 3, 4, 5, 6, 7].map(
      (level) => counted(inRange).filter((each) => each.level === level).length,
    ),
    total: counted(own).length,
    firstMs: first.minute * 60_000,
    lastMs: last.minute * 60_000,
    firstMinute: first.minute,
    lastMinute: last.minute,
    returnedAfterMinutes: back,
    sparkline: sparkline(counted(inRange), { from, to, bucketMinutes }),
  }
}

function sparkline(
  events: readonly NaiveEvent[],
  { from, to, bucketMinutes }: Pick<CatalogueAnswer, 'from' | 'to' | 'bucketMinutes'>,
): number[] {
  const counts: number[] = []
  if (bucketMinutes === 0) return counts
  for (let at = from - (from % bucketMinutes); at < to; at += bucketMinutes) {
    counts.push(events.filter(({ minute }) => minute >= at && minute < at + bucketMinutes).length)
  }
  return counts
}

function lower(text: string): string {
  return [...text].map((each) => (each < '\u0080' ? each.toLowerCase() : each)).join('')
}
