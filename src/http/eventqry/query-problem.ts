import { Cancelled } from '../../query/cancelled.ts'
import { QuerySyntaxError } from '../../query/language/query-syntax-error.ts'
import { QueryRefused, type Refusal } from '../../query/search/contract.ts'
import { QueryLimit } from '../../query/work/contract.ts'
import type { AppDependencies } from '../dependencies.ts'
import { type ProblemCode, ProblemError } from '../problem.ts'
import { invalid } from '../query-string.ts'
import { damageProblem } from './damage-problem.ts'

/** Problems that any question to the query threads may end with. */
export const queryProblems = [
  'invalid-parameter',
  'unknown-parameter',
  'query-syntax',
  'not-acceptable',
  'query-limit',
  'query-busy',
  'query-failed',
  'page-damaged',
  'internal',
] as const satisfies readonly ProblemCode[]

/** What a client is told of an error of the query threads; what nobody expected goes into the log. */
export function queryProblem(dependencies: AppDependencies, error: unknown): unknown {
  if (error instanceof ProblemError || error instanceof Cancelled) return error
  if (error instanceof QuerySyntaxError) return syntaxProblem(error)
  if (error instanceof QueryLimit) return limitProblem(error)
  if (error instanceof QueryRefused) return refusedProblem(error.refusal, error.message)
  const damage = damageProblem(dependencies, error)
  if (damage !== error) return damage
  dependencies.log.error({ err: error }, 'a query failed')
  return new ProblemError('query-failed', "the server's log says more")
}

export function syntaxProblem({ message, column, expected }: QuerySyntaxError): ProblemError {
  return new ProblemError('query-syntax', message, {
    extra: { parameter: 'q', column, expected },
  })
}

function limitProblem({ limit, value }: QueryLimit): ProblemError {
  const extra = { limit, value }
  if (limit === 'query-queue' || limit === 'query-concurrency') {
    const detail = `as many queries are under way or waiting as --${limit} ${value} allows`
    return new ProblemError('query-busy', detail, { extra, headers: { 'retry-after': '1' } })
  }
  const detail = `the query needs more than --${limit} ${value} allows`
  return new ProblemError('query-limit', detail, { extra })
}

function refusedProblem(refusal: Refusal, detail: string): ProblemError {
  switch (refusal) {
    case 'cursor':
      return invalid('cursor', `is not one for this search: ${detail}`)
    case 'dropped':
      return new ProblemError('dropped', detail)
    case 'none':
      return new ProblemError('not-found', detail)
    case 'open':
      return new ProblemError('minute-open', detail)
  }
}
