import type { ComponentChildren } from 'preact'
import { ApiError, Unreachable } from '../api/api.ts'
import { Icon } from './icon.tsx'

/** There is nothing to show, and that is no error. `children` say what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}) {
  return (
    <div class="state" role="status">
      <p class="state-title">{title}</p>
      {children}
    </div>
  )
}

/** Something is on its way, and nothing of it is there yet. */
export function Loading({ what }: { readonly what: string }) {
  return (
    <div class="state loading" role="status">
      <span class="spinner" aria-hidden="true" />
      <p>Loading {what}…</p>
    </div>
  )
}

export interface ProblemProps {
  readonly error: Error
  /** Asks again; without it there is no such button. */
  onRetry?: (() => void) | undefined
}

/** What went wrong, in the server's words where it has some. */
export function Problem({ error, onRetry }: ProblemProps) {
  const isAway = error instanceof Unreachable
  const title = error instanceof ApiError ? error.title : isAway ? 'The server is away' : 'Error'
  const limit = error instanceof ApiError ? error.members['limit'] : undefined
  return (
    <div class="state problem" role="alert">
      <p class="state-title">
        <Icon name="warning" /> {title}
      </p>
      <p>{isAway ? 'It cannot be reached. What is shown was loaded before.' : error.message}</p>
      {typeof limit === 'string' ? (
        <p>
          The limit is <code>--{limit}</code>.
        </p>
      ) : null}
      {onRetry === undefined ? null : (
        <button type="button" class="button plain" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}
