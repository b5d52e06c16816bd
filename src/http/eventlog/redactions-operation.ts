import type { RedactionEntry } from '../../book/redaction-chain.ts'
import { levelNames } from '../../event/level.ts'
import { formatMinute, formatTimestamp } from '../../event/time.ts'
import { documentAnswer } from '../answer.ts'
import type { AppDependencies } from '../dependencies.ts'
import { rowsContent } from '../docs/content.ts'
import { retentionExamples } from '../docs/retention-schemas.ts'
import { schemas } from '../docs/schemas.ts'
import type { Call, Operation } from '../operation.ts'

const path = '/api/v1/redactions'
const limitDefault = 100
const limitMax = 1_000
const numberMax = 999_999_999

export function redactionsOperation(dependencies: AppDependencies): Operation {
  return {
    method: 'GET',
    path,
    operationId: 'listRedactions',
    tag: 'events',
    summary: 'What was removed from pages, when and by whom',
    description:
      'The entries of the chain of redactions, newest first: one for each day that events were removed from, by DELETE with facility or level, or by retention. An entry’s `link` is of the one before and of what it says, as docs/FORMAT.md tells; `findings` is empty when all of them follow from each other. That the pages are what the entries vouch for is checked by `minutebook verify`.',
    pathParameters: [],
    query: [
      {
        name: 'limit',
        description: `Entries at most. Left out: ${limitDefault}.`,
        example: 20,
        schema: { type: 'integer', minimum: 1, maximum: limitMax, default: limitDefault },
      },
      {
        name: 'before',
        description: 'Only entries with a lower number than this, as `next` has it.',
        example: 13,
        schema: { type: 'integer', minimum: 1, maximum: numberMax },
      },
    ],
    answers: [
      {
        status: 200,
        description: 'The entries, and whether their chain is whole.',
        content: rowsContent(
          schemas.ref('Redactions'),
          retentionExamples.redactions,
          retentionExamples.redaction,
        ),
      },
      { status: 304, description: 'Unchanged since the ETag in If-None-Match.', content: {} },
    ],
    problems: ['invalid-parameter', 'unknown-parameter', 'not-acceptable', 'internal'],
    handle: (call) => listRedactions(dependencies, call),
  }
}

async function listRedactions({ book }: AppDependencies, call: Call): Promise<Response> {
  const limit = call.query.whole('limit', limitDefault, [1, limitMax])
  const before = call.query.whole('before', numberMax, [1, numberMax])
  const { entries, findings } = await book.redactions()
  const older = entries.filter(({ number }) => number < before)
  const rows = older.slice(-limit).toReversed().map(rowOf)
  const last = rows.at(-1)?.number ?? 1
  const next = last > 1 ? `${path}?limit=${limit}&before=${last}` : null
  return documentAnswer(call, { redactions: rows, total: entries.length, findings, next }, { rows })
}

function rowOf(entry: RedactionEntry) {
  const { number, atMs, by, why, day, pages, events, previous, link } = entry
  const rules = entry.rules.map(({ beforeMinute, facilities, levels }) => ({
    before: formatMinute(beforeMinute),
    facilities,
    levels: levels?.map((level) => levelNames[level]) ?? null,
  }))
  return { number, at: formatTimestamp(atMs), by, why, day, rules, pages, events, previous, link }
}
