import {
  type CatalogueColumn,
  catalogueColumns,
  catalogueLimits,
  type CatalogueOrder,
  type CatalogueRequest,
  pairStatuses,
  type PairStatus,
} from '../../query/catalogue/contract.ts'
import type { TimePoint } from '../../query/selection.ts'
import type { QueryParameter } from '../operation.ts'
import { invalid, quoted, type QueryValues } from '../query-string.ts'
import { filterParameters } from './filter.ts'
import {
  minLevelParameter,
  rangeParameters,
  type Asked,
  readEventFilter,
  readSelection,
} from './selection-parameters.ts'

const { limitMax, limitDefault, offsetMax, bucketsMax, bucketsDefault } = catalogueLimits
const { silenceMinutesMin, silenceMinutesMax } = catalogueLimits

const times = rangeParameters.filter(({ name }) => name !== 'clock')

export const catalogueParameters: readonly QueryParameter[] = [
  ...times,
  ...filterParameters,
  minLevelParameter,
  {
    name: 'contains',
    description:
      'Only pairs with this text in the facility or the event string; A to Z match a to z.',
    example: 'pay',
    schema: { type: 'string' },
  },
  {
    name: 'status',
    description:
      'Only pairs that are new, returned, active or silent in the range; may be given several times.',
    example: 'new',
    schema: { type: 'string', enum: [...pairStatuses] },
    repeatable: true,
  },
  {
    name: 'silence',
    description:
      'How long a pair must have been silent to have returned: a number and m, h, d or w, from 1h to 366d.',
    example: '24h',
    schema: { type: 'string', pattern: '^[0-9]{1,6}[mhdw]$', default: '24h' },
  },
  {
    name: 'order',
    description: `One of ${catalogueColumns.join(', ')}; with - before it, descending. Ties are in order of facility and event.`,
    example: '-last',
    schema: {
      type: 'string',
      enum: catalogueColumns.flatMap((column) => [column, `-${column}`]),
      default: '-count',
    },
  },
  {
    name: 'limit',
    description: 'Pairs at most.',
    example: 100,
    schema: { type: 'integer', minimum: 1, maximum: limitMax, default: limitDefault },
  },
  {
    name: 'offset',
    description: 'Pairs to leave out before the first.',
    example: 0,
    schema: { type: 'integer', minimum: 0, maximum: offsetMax, default: 0 },
  },
  {
    name: 'buckets',
    description: 'Numbers of a sparkline at most; 0: none.',
    example: 24,
    schema: { type: 'integer', minimum: 0, maximum: bucketsMax, default: bucketsDefault },
  },
]

/** Throws invalid-parameter. */
export function readCatalogue(asked: Asked, nowMs: number): CatalogueRequest {
  const { query } = asked
  const { from, to } = readSelection(asked, nowMs)
  return {
    from: from === null ? null : minuteAtOrBefore(from),
    to: to === null ? null : minuteAtOrAfter(to),
    filter: readEventFilter(asked),
    contains: query.text('contains'),
    status: query.all('status')?.map(readStatus) ?? null,
    silenceMinutes: readSilence(query),
    order: readOrder(query),
    limit: query.whole('limit', limitDefault, [1, limitMax]),
    offset: query.whole('offset', 0, [0, offsetMax]),
    buckets: query.whole('buckets', bucketsDefault, [0, bucketsMax]),
  }
}

const minuteMs = 60_000

function minuteAtOrBefore({ ms }: TimePoint): number {
  return Math.floor(ms / minuteMs)
}

function minuteAtOrAfter({ ms, nanos }: TimePoint): number {
  return Math.ceil((nanos > 0 ? ms + 1 : ms) / minuteMs)
}

function readStatus(raw: string): PairStatus {
  const status = pairStatuses.find((each) => each === raw)
  if (status !== undefined) return status
  throw invalid('status', `is one of ${pairStatuses.join(', ')}, not ${quoted(raw)}`)
}

function readSilence(query: QueryValues): number {
  const raw = query.text('silence')
  if (raw === null) return catalogueLimits.silenceMinutesDefault
  const [, count, unit] = /^(\d{1,6})([mhdw])$/.exec(raw) ?? []
  const minutes = Number(count) * (unitMinutes[unit ?? ''] ?? Number.NaN)
  if (minutes >= silenceMinutesMin && minutes <= silenceMinutesMax) return minutes
  throw invalid('silence', `is a number and m, h, d or w, from 1h to 366d, not ${quoted(raw)}`)
}

const unitMinutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1_440, w: 10_080 }

function readOrder(query: QueryValues): CatalogueOrder {
  const raw = query.text('order')
  if (raw === null) return { column: 'count', descending: true }
  const descending = raw.startsWith('-')
  const name = descending ? raw.slice(1) : raw
  const column = catalogueColumns.find((each): each is CatalogueColumn => each === name)
  if (column !== undefined) return { column, descending }
  const list = catalogueColumns.join(', ')
  throw invalid('order', `is one of ${list}, or one of them with - before it, not ${quoted(raw)}`)
}
