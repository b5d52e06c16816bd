import { DamagedPage } from '../../book/contract.ts'
import { formatMinute } from '../../event/time.ts'
import type { AppDependencies } from '../dependencies.ts'
import { ProblemError } from '../problem.ts'

/** Counts and logs a damaged page; other errors pass as they are. */
export function damageProblem(dependencies: AppDependencies, error: unknown): unknown {
  if (!(error instanceof DamagedPage)) return error
  const minute = formatMinute(error.minute)
  dependencies.metrics.damagedPages++
  dependencies.log.error({ minute }, `a page is damaged: ${error.message}`)
  return new ProblemError('page-damaged', `the page of ${minute} is damaged`, { extra: { minute } })
}
