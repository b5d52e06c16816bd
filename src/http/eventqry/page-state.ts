import type { BookState } from '../../book/contract.ts'
import { formatMinute } from '../../event/time.ts'
import { ProblemError } from '../problem.ts'
import { basePath } from './links.ts'

/**
 * Whether a minute may be read: throws minute-open for the current one, minute-ahead for later ones,
 * before-the-book for those before the server was first started, dropped for those that retention or a
 * DELETE took.
 */
export function requireClosed(state: BookState, minute: number, nowMs: number): void {
  const { closedThrough, droppedBefore, firstMinute } = state
  if (droppedBefore !== null && minute < droppedBefore) {
    throw new ProblemError('dropped', `pages before ${formatMinute(droppedBefore)} were dropped`)
  }
  if (firstMinute !== null && minute < firstMinute) {
    throw new ProblemError('before-the-book', `the book begins at ${formatMinute(firstMinute)}`)
  }
  if (closedThrough === null || minute > closedThrough) throw notClosed(minute, nowMs)
}

function notClosed(minute: number, nowMs: number): ProblemError {
  const name = formatMinute(minute)
  const current = Math.floor(nowMs / 60_000)
  const since = `${basePath}/minutes?since=${formatMinute(Math.min(minute, current))}&wait=60`
  if (minute > current) {
    const detail = `it is ${formatMinute(current)}; ${since} waits for the next minute`
    return new ProblemError('minute-ahead', detail, { extra: { wait: since } })
  }
  const seconds = Math.max(1, Math.ceil(((minute + 1) * 60_000 - nowMs) / 1_000))
  return new ProblemError('minute-open', `${name} is not closed yet; ${since} waits for it`, {
    headers: { 'retry-after': String(seconds) },
    extra: { wait: since },
  })
}
