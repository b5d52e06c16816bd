import type { AnswerEncoding, AnswerFormat } from '../contract.ts'
import type { ValuesAnswer, ValuesRequest } from '../fields/contract.ts'
import { nameOf } from '../language/field-name.ts'
import type { Job, StreamJob } from '../work/contract.ts'
import { writeTable } from './table-writer.ts'

/** The values of a field, and how they are to be written. */
export interface ValuesTableRequest {
  readonly request: ValuesRequest
  readonly format: AnswerFormat
  /** For who makes the sink. */
  readonly encoding: AnswerEncoding
}

/**
 * Writes the values of a field. In JSON and msgpack:
 *
 *   {"field","events","withValue","values":[{"value","count"}],"others","distinct","source","scanned","tookMs"}
 */
export function valuesTable(run: Job<ValuesRequest, ValuesAnswer>): StreamJob<ValuesTableRequest> {
  return async (context, { request, format }, sink) => {
    const { events, withValue, values, ...after } = await run(context, request)
    const table = {
      before: { field: nameOf(request.field), events, withValue },
      list: 'values',
      columns: ['value', 'count'],
      rows: values.map(({ value, count }) => [value, count]),
      after,
    }
    await writeTable(table, { format, meter: context.meter, sink })
  }
}
