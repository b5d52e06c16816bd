import type { Job } from './contract.ts'

/** A job is run so often at most: redactions are rare, and far longer than a question. */
const runsMax = 3

/**
 * A job that is run again when a redaction came meanwhile: its answer counts a day either as it was or as it is now,
 * never some pages of each.
 */
export function steady<Request, Answer>(run: Job<Request, Answer>): Job<Request, Answer> {
  return async (context, request) => {
    const { reader } = context.source
    for (let runs = 1; ; runs++) {
      const { redactions } = reader.state()
      const answer = await run(context, request)
      if (reader.state().redactions === redactions || runs === runsMax) return answer
    }
  }
}
