import type { AppDependencies } from './dependencies.ts'
import { damageProblem } from './eventqry/damage-problem.ts'
import { problem, ProblemError } from './problem.ts'

/** The answer to an error: its problem, or 500 with the reason in the log only. */
export function failure(
  dependencies: AppDependencies,
  request: Request,
  thrown: unknown,
): Response {
  const error = damageProblem(dependencies, thrown)
  if (error instanceof ProblemError) return error.response()
  if (request.signal.aborted) {
    dependencies.log.debug({ err: error }, 'a client went away')
    // Nobody reads this; the number is what the metrics show.
    return new Response(null, { status: 499 })
  }
  dependencies.log.error({ err: error }, 'a request failed')
  return problem('internal', "the server's log says more")
}
