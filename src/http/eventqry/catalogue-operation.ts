import { formatMinute, formatTimestamp } from '../../event/time.ts'
import type { CatalogueAnswer, CataloguePair } from '../../query/catalogue/contract.ts'
import { documentAnswer } from '../answer.ts'
import type { AppDependencies } from '../dependencies.ts'
import { rowsContent } from '../docs/content.ts'
import { queryExamples } from '../docs/query-examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'
import { catalogueParameters, readCatalogue } from './catalogue-parameters.ts'
import { basePath, levelCounts } from './links.ts'
import { queryProblem, queryProblems } from './query-problem.ts'

export function catalogueOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/catalogue`,
    operationId: 'getCatalogue',
    tag: 'questions',
    summary: 'Every distinct facility and event',
    description:
      'All pairs of facility and event string ever received, also those whose pages have been dropped: how often in the range, how often ever, when first and last, and whether they are new, returned, active or silent. The range is one of minutes of receipt.',
    pathParameters: [],
    query: catalogueParameters,
    answers: [
      {
        status: 200,
        description: 'The pairs that pass the filters, in order.',
        content: rowsContent(
          schemas.ref('Catalogue'),
          queryExamples.catalogue,
          queryExamples.catalogue.pairs[0],
        ),
        headers: { Link: 'Where the answer goes on, with rel="next", if it does.' },
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: queryProblems,
    handle: (call) => getCatalogue(dependencies, call),
  }
}

async function getCatalogue(dependencies: AppDependencies, call: Call): Promise<Response> {
  const startedMs = performance.now()
  const request = readCatalogue(call, dependencies.nowMs())
  const { connection } = call
  let answer: CatalogueAnswer
  connection.hold()
  try {
    answer = await dependencies.queries.catalogue(request, call.request.signal)
  } catch (error) {
    throw queryProblem(dependencies, error)
  } finally {
    connection.relax()
  }
  const rows = answer.pairs.map(rowOf)
  const end = request.offset + rows.length
  const next = end < answer.found ? nextUrl(call, answer, end) : null
  const document = {
    from: formatMinute(answer.from),
    to: formatMinute(answer.to),
    bucketMinutes: answer.bucketMinutes,
    pairs: rows,
    found: answer.found,
    statuses: answer.statuses,
    complete: answer.complete,
    incomplete: answer.incomplete,
    since: answer.sinceMinute === null ? null : formatMinute(answer.sinceMinute),
    closedThrough: answer.closedThrough === null ? null : formatMinute(answer.closedThrough),
    next,
  }
  // What the work took is no part of what the answer says.
  const etag = Bun.hash.xxHash3(JSON.stringify(document)).toString(16)
  const tookMs = Math.round((performance.now() - startedMs) * 10) / 10
  const link = next === null ? {} : { headers: { link: `<${next}>; rel="next"` } }
  return documentAnswer(
    call,
    { ...document, scanned: answer.scanned, tookMs },
    { rows, etag, isWeak: true, ...link },
  )
}

function rowOf(pair: CataloguePair) {
  const { facility, event, status, count, total, returnedAfterMinutes, sparkline } = pair
  return {
    facility,
    event,
    status,
    count,
    levels: levelCounts(pair.levels),
    total,
    first: formatTimestamp(pair.firstMs),
    last: formatTimestamp(pair.lastMs),
    firstReceived: formatMinute(pair.firstMinute),
    lastReceived: formatMinute(pair.lastMinute),
    returnedAfterMinutes,
    sparkline,
  }
}

/** With the range as it was taken, so that later minutes do not move the pairs. */
function nextUrl(call: Call, { from, to }: CatalogueAnswer, offset: number): string {
  const values = new URLSearchParams()
  for (const { name } of catalogueParameters) {
    for (const value of call.query.all(name) ?? []) values.append(name, value)
  }
  values.set('from', formatMinute(from))
  values.set('to', formatMinute(to))
  values.set('offset', String(offset))
  const suffix = call.suffix === null ? '' : `.${call.suffix}`
  return `${basePath}/catalogue${suffix}?${values.toString().replaceAll('%3A', ':')}`
}
