import type { BookState } from '../../book/contract.ts'
import { formatMinute } from '../../event/time.ts'
import { ProblemError } from '../problem.ts'
import { basePath } from './links.ts'

/**
 * Whether a minute may be read: throws minute-open for the current and later ones, before-the-book for
 * those before the server was first started, dropped for those that retention or a DELETE took.
 */
export function requireClosed(state: BookState, minute: number, nowMs: number): void {
  const name = formatMinute(minute)
  const { closedThrough, droppedBefore, firstMinute } = state
  if (closedThrough === null || minute > closedThrough) {
    const endsMs = (minute + 1) * 60_000 - nowMs
    const seconds = Math.max(1, Math.ceil(endsMs / 1_000))
    const since = `${basePath}/minutes?since=${name}&wait=60`
    throw new ProblemError('minute-open', `${name} is not closed yet; ${since} waits for it`, {
      headers: { 'retry-after': String(seconds) },
      extra: { wait: since },
    })
  }
  if (droppedBefore !== null && minute < droppedBefore) {
    throw new ProblemError('dropped', `pages before ${formatMinute(droppedBefore)} were dropped`)
  }
  if (firstMinute !== null && minute < firstMinute) {
    throw new ProblemError('before-the-book', `the book begins at ${formatMinute(firstMinute)}`)
  }
}
