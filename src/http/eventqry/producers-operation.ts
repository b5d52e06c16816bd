import { formatTimestamp } from '../../event/time.ts'
import { missingOf, type ProducerAccount, watermarkOf } from '../../book/producer-account.ts'
import { documentAnswer } from '../answer.ts'
import type { AppDependencies } from '../dependencies.ts'
import { rowsContent } from '../docs/content.ts'
import { queryExamples } from '../docs/query-examples.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'
import { requireUnbound } from './selection-parameters.ts'
import { basePath } from './links.ts'

const limitDefault = 1_000
const limitMax = 10_000
/** Producers that one request asks for by name. */
const namesMax = 1_000

export function producersOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path: `${basePath}/producers`,
    operationId: 'getProducers',
    tag: 'questions',
    summary: 'What has come of each producer',
    description:
      'Of every producer that numbers its events: what was taken in, what came twice, and which numbers are missing, the newest included. Producers seen last come first.',
    pathParameters: [],
    query: [
      {
        name: 'producer',
        description: `Only these, at most ${namesMax}.`,
        example: '4be1a90c7f22d310',
        schema: { type: 'string' },
        repeatable: true,
      },
      {
        name: 'missing',
        description: 'Only producers that miss numbers. Left out: all.',
        example: true,
        schema: { type: 'boolean', default: false },
      },
      {
        name: 'limit',
        description: `Producers at most. Left out: ${limitDefault}.`,
        example: 100,
        schema: { type: 'integer', minimum: 1, maximum: limitMax, default: limitDefault },
      },
    ],
    answers: [
      {
        status: 200,
        description: 'Their accounts, and the totals of all.',
        content: rowsContent(
          schemas.ref('Producers'),
          queryExamples.producers,
          queryExamples.producers.producers[0],
        ),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['invalid-parameter', 'unknown-parameter', 'not-acceptable', 'internal'],
    handle: (call) => getProducers(dependencies, call),
  }
}

/** The same under a shorter name: accounts are of those who write, not questions about events. */
export function producersAlias(dependencies: AppDependencies): Operation {
  const operation = producersOperation(dependencies)
  return {
    ...operation,
    path: '/api/v1/producers',
    operationId: 'listProducers',
    summary: 'The same as /api/v1/eventqry/producers',
  }
}

function getProducers({ book }: AppDependencies, call: Call): Response {
  const { producers } = book
  requireUnbound(call.admitted)
  const limit = call.query.whole('limit', limitDefault, [1, limitMax])
  const onlyMissing = call.query.flag('missing')
  const names = call.query.all('producer')?.slice(0, namesMax) ?? null
  const accounts =
    names === null
      ? producers.list(limit, onlyMissing)
      : names
          .map((name) => producers.find(name))
          .filter((account) => account !== null)
          .filter((account) => !onlyMissing || missingOf(account) > 0)
          .slice(0, limit)
  const rows = accounts.map(rowOf)
  return documentAnswer(call, { producers: rows, totals: producers.totals() }, { rows })
}

function rowOf(account: ProducerAccount) {
  return {
    producer: account.producer,
    watermark: watermarkOf(account),
    highest: account.highest,
    missing: missingOf(account),
    gaps: account.gaps,
    batches: account.batches,
    accepted: account.accepted,
    rejected: account.rejected,
    duplicates: account.duplicates,
    firstSeen: formatTimestamp(account.firstSeenMs),
    lastSeen: formatTimestamp(account.lastSeenMs),
  }
}
