import type { PairStatus } from '../api/answers.ts'

/** Whether an event type is new, has returned, is active or silent. */
export function StatusBadge({ status }: { readonly status: PairStatus }) {
  return <span class={`badge status-${status}`}>{status}</span>
}
