import { formatMinute } from '../../event/time.ts'
import type { AppDependencies } from '../dependencies.ts'
import { schemas } from '../docs/schemas.ts'
import type { Operation } from '../operation.ts'
import { basePath } from './links.ts'
import { requireUnbound } from './selection-parameters.ts'

const example = {
  minute: '2026-11-22T12:35Z',
  openEvents: 8_140,
  accepted: 1_204_511,
  refused: 3,
  reasons: [],
  bookBytes: 41_943_040,
  diskFreeBytes: 96_636_764_160,
  retainDays: 30,
  retainBytes: null,
  version: '0.1.0',
}

export function nowOperation(dependencies: AppDependencies): Operation {
  const { metrics, nowMs, unready, retention, version } = dependencies
  return {
    method: 'GET',
    path: `${basePath}/now`,
    operationId: 'getNow',
    tag: 'pages',
    summary: 'What goes on at the moment',
    description:
      'The open minute and how many events it has, what was accepted and refused since the start, and the disk: numbers alone, no event of an open minute is given. Asked again, the difference of `accepted` is the rate.',
    pathParameters: [],
    query: [],
    answers: [
      {
        status: 200,
        description: 'The state of this moment.',
        content: { 'application/json': { schema: schemas.ref('Now'), example } },
      },
    ],
    problems: ['unknown-parameter', 'internal'],
    async handle({ admitted }) {
      requireUnbound(admitted)
      const { sources, events, refusals } = metrics
      const { bytesOnDisk } = await sources.pages()
      const answer = {
        minute: formatMinute(Math.floor(nowMs() / 60_000)),
        openEvents: sources.openEvents(),
        accepted: events,
        refused: [...refusals.values()].reduce((sum, count) => sum + count, 0),
        reasons: unready(),
        bookBytes: bytesOnDisk,
        diskFreeBytes: sources.diskFreeBytes(),
        retainDays: retention.maxAgeMs === null ? null : retention.maxAgeMs / 86_400_000,
        retainBytes: retention.maxBytes,
        version,
      }
      return Response.json(answer, { headers: { 'cache-control': 'no-store' } })
    },
  }
}
