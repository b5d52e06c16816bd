import { formatPeriod, minutesOf, parsePeriod, type PeriodUnit } from '../../event/time.ts'
import type { AppDependencies } from '../dependencies.ts'
import { examples } from '../docs/examples.ts'
import { eventsContent } from '../docs/content.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'
import { invalid, quoted } from '../query-string.ts'
import { digestOf, eventsAnswer } from './events-answer.ts'
import { basePath, minutePath } from './links.ts'
import { requireClosed } from './page-state.ts'
import { eventParameters, readableOf } from './selection-parameters.ts'

const common = {
  method: 'GET',
  tag: 'pages',
  query: eventParameters,
} as const

export const unchanged = {
  status: 304,
  description: 'Unchanged since the ETag in If-None-Match.',
  content: {},
}

export function minuteOperation(dependencies: AppDependencies): Operation {
  return {
    ...common,
    path: `${basePath}/minutes/:minute`,
    operationId: 'getMinute',
    summary: 'The page of one closed minute',
    description:
      'All events that were received in that minute, in the order of the journal. A closed minute without events is an empty page. The current minute is never returned.',
    pathParameters: [
      { name: 'minute', description: 'A minute of UTC.', example: '2026-11-22T12:34Z' },
    ],
    answers: [
      {
        status: 200,
        description: 'The page. NDJSON is one event a line, msgpack a sequence of maps.',
        content: eventsContent(schemas.ref('Page'), examples.page),
        headers: {
          ETag: 'Names this representation of the page.',
          Link: 'The pages before and after.',
        },
      },
      unchanged,
    ],
    problems: [
      'invalid-parameter',
      'unknown-parameter',
      'query-syntax',
      'not-acceptable',
      'minute-open',
      'minute-ahead',
      'before-the-book',
      'dropped',
      'page-damaged',
      'internal',
    ],
    handle: (call) => getMinute(dependencies, call),
  }
}

const none = { prev: null, next: null }

async function getMinute(dependencies: AppDependencies, call: Call): Promise<Response> {
  const { book, pages, nowMs } = dependencies
  const minute = periodOf(call, 'minute')
  requireClosed(book.state(), minute, nowMs())
  const bound = readableOf(call.admitted)
  const range = { from: minute, through: minute, limit: 1, order: 'asc', ...bound } as const
  const [head] = await pages.heads(range)
  // Which other minutes hold events of others is not told.
  const isBound = bound.readable !== undefined
  const { prev, next } = isBound ? none : await pages.neighbours(minute)
  const name = formatPeriod(minute, 'minute')
  const digest = head === undefined ? 'null' : `"${head.digest}"`
  return eventsAnswer(dependencies, call, {
    from: minute,
    through: minute,
    digest: head?.digest ?? `empty-${name}`,
    before: `{"minute":"${name}","digest":${digest},"events":`,
    after: '}',
    links: [
      ...(prev === null ? [] : [`<${minutePath(prev)}>; rel="prev"`]),
      ...(next === null ? [] : [`<${minutePath(next)}>; rel="next"`]),
    ],
  })
}

/** Hours and days are the same resource with another length. */
export function periodOperation(dependencies: AppDependencies, unit: 'hour' | 'day'): Operation {
  const example = unit === 'hour' ? '2026-11-22T12Z' : '2026-11-22'
  const Unit = unit === 'hour' ? 'Hour' : 'Day'
  return {
    ...common,
    path: `${basePath}/${unit}s/:${unit}`,
    operationId: `get${Unit}`,
    summary: `The events of one ${unit}`,
    description: `The pages of the ${unit}'s closed minutes one after the other, streamed. \`complete\` says whether all of its minutes have closed.`,
    pathParameters: [{ name: unit, description: `A ${unit} of UTC.`, example }],
    answers: [
      {
        status: 200,
        description: `The events of the ${unit}'s closed minutes, in page order.`,
        content: eventsContent(schemas.ref(Unit), examples.period(unit)),
        headers: {
          ETag: `Names this representation of the ${unit} as far as it has closed.`,
          Link: `The ${unit}s before and after.`,
        },
      },
      unchanged,
    ],
    problems: [
      'invalid-parameter',
      'unknown-parameter',
      'query-syntax',
      'not-acceptable',
      'minute-open',
      'minute-ahead',
      'before-the-book',
      'dropped',
      'page-damaged',
      'internal',
    ],
    handle: (call) => getPeriod(dependencies, call, unit),
  }
}

async function getPeriod(
  dependencies: AppDependencies,
  call: Call,
  unit: 'hour' | 'day',
): Promise<Response> {
  const { book, pages, nowMs } = dependencies
  const start = periodOf(call, unit)
  const length = minutesOf[unit]
  const end = start + length - 1
  const state = book.state()
  const through = Math.min(end, state.closedThrough ?? -1)
  const first = Math.max(start, state.droppedBefore ?? 0, state.firstMinute ?? 0)
  if (first > through) requireClosed(state, first > end ? end : start, nowMs())
  const name = formatPeriod(start, unit)
  const bound = readableOf(call.admitted)
  const heads = await pages.heads({ from: first, through, limit: length, order: 'asc', ...bound })
  const periodHead = {
    [unit]: name,
    complete: through === end,
    closedThrough: formatPeriod(through, 'minute'),
    minutes: heads.map(({ minute, eventCount, digest }) => {
      return { minute: formatPeriod(minute, 'minute'), events: eventCount, digest }
    }),
  }
  return eventsAnswer(dependencies, call, {
    from: first,
    through,
    digest: digestOf(heads, `${name} ${first} ${through}`),
    before: `${JSON.stringify(periodHead).slice(0, -1)},"events":`,
    after: '}',
    links: [-1, 1].map((step) => {
      const other = formatPeriod(start + step * length, unit)
      return `<${basePath}/${unit}s/${other}>; rel="${step < 0 ? 'prev' : 'next'}"`
    }),
  })
}

const expected: Readonly<Record<PeriodUnit, string>> = {
  minute: 'a minute such as 2026-11-22T12:34Z',
  hour: 'an hour such as 2026-11-22T12Z',
  day: 'a day such as 2026-11-22',
}

function periodOf(call: Call, unit: PeriodUnit): number {
  const raw = call.path[unit] ?? ''
  const minute = parsePeriod(raw, unit)
  if (minute !== undefined) return minute
  throw invalid(unit, `is ${expected[unit]}, not ${quoted(raw)}`)
}
