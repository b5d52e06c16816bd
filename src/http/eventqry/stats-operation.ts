import type { StatsRequest } from '../../query/stats/contract.ts'
import { numberFunctions, statsLimits } from '../../query/stats/contract.ts'
import {
  checkBuckets,
  columnsOf,
  parseAggregates,
  parseBy,
  parseEvery,
  parseOrder,
  StatsParameterError,
} from '../../query/stats/request.ts'
import type { AppDependencies } from '../dependencies.ts'
import { rowsContent } from '../docs/content.ts'
import { queryExamples } from '../docs/query-examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation, QueryParameter } from '../operation.ts'
import { invalid, quoted, type QueryValues } from '../query-string.ts'
import { basePath } from './links.ts'
import { unchanged } from './page-operations.ts'
import { queryProblems } from './query-problem.ts'
import { etagHeader } from './question-etag.ts'
import { readSelection, selectionParameters } from './selection-parameters.ts'
import { representationOf, streamedAnswer } from './streamed-answer.ts'

const functions = ['distinct', ...numberFunctions].map((name) => `${name}(field)`).join(', ')

const parameters: readonly QueryParameter[] = [
  ...selectionParameters,
  {
    name: 'by',
    description: `Fields whose values make the groups, separated by commas or given several times; at most ${statsLimits.byMax}. A name with other signs than letters, digits, _ . @ $ - stands in quotes.`,
    example: 'facility,level',
    schema: { type: 'string' },
    repeatable: true,
  },
  {
    name: 'agg',
    description: `What is counted of each group, separated by commas or given several times: count, rate (events a second), ${functions}. Without it: count.`,
    example: 'count,p99(duration_ms)',
    schema: { type: 'string' },
    repeatable: true,
  },
  {
    name: 'every',
    description:
      'Length of a time bucket, aligned to UTC: a number and s, m, h, d or w. Without it: one row for each group.',
    example: '5m',
    schema: { type: 'string', pattern: '^[1-9][0-9]*[smhdw]$' },
  },
  {
    name: 'fill',
    description: 'zero: buckets in which a group has no events get a row of zeros.',
    example: 'zero',
    schema: { type: 'string', enum: ['zero'] },
  },
  {
    name: 'top',
    description:
      'Rows at most: the first in order. With `every`, groups: those with the most events, each with all its buckets.',
    example: 10,
    schema: { type: 'integer', minimum: 1, maximum: statsLimits.topMax },
  },
  {
    name: 'order',
    description:
      'A column to sort by, - before it for descending. Without it: time ascending, then the first aggregate descending.',
    example: '-count',
    schema: { type: 'string' },
  },
]

export function statsOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/stats`,
    operationId: 'getStats',
    tag: 'questions',
    summary: 'Count events',
    description:
      'Counts, sums and percentiles of the events of closed minutes, by any fields and time buckets. `source` says whether kept counts answered (`rollup`) or the events had to be looked at (`scan`).',
    pathParameters: [],
    query: parameters,
    answers: [
      {
        status: 200,
        description: 'One row for each group and bucket.',
        content: rowsContent(
          schemas.ref('Stats'),
          queryExamples.stats,
          queryExamples.stats.rows[0],
        ),
        headers: etagHeader,
      },
      unchanged,
    ],
    problems: queryProblems,
    handle: (call) => getStats(dependencies, call),
  }
}

async function getStats(dependencies: AppDependencies, call: Call): Promise<Response> {
  const representation = representationOf(call)
  const request = readStats(call, dependencies.nowMs())
  return streamedAnswer(dependencies, call, { request, ...representation }, (signal) =>
    dependencies.queries.stats({ request, ...representation }, signal),
  )
}

function readStats(call: Call, nowMs: number): StatsRequest {
  const { query } = call
  const selection = readSelection(call, nowMs)
  const { from, to } = selection
  try {
    const by = parseBy(query.all('by') ?? [])
    const aggregates = parseAggregates(query.all('agg') ?? [])
    const everyText = query.text('every')
    const every = everyText === null ? null : parseEvery(everyText)
    if (every !== null) checkBuckets(every, { from: from?.ms ?? null, to: to?.ms ?? null })
    const columns = columnsOf({ by, every, aggregates })
    const order = query.text('order')
    return {
      selection,
      by,
      every,
      fill: readFill(query),
      aggregates,
      top: query.text('top') === null ? null : query.whole('top', 1, [1, statsLimits.topMax]),
      order: order === null ? null : parseOrder(order, columns),
    }
  } catch (error) {
    if (error instanceof StatsParameterError) throw invalid(error.parameter, error.message)
    throw error
  }
}

function readFill(query: QueryValues): boolean {
  const raw = query.text('fill')
  if (raw === null) return false
  if (raw === 'zero') return true
  throw invalid('fill', `is zero, not ${quoted(raw)}`)
}
