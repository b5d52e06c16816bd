import { formatMinute } from '../../event/time.ts'
import type { WorkContext } from '../work/contract.ts'

export interface FrameFacts {
  /** What this kind of answer says beside the rest, first. */
  readonly members: Readonly<Record<string, unknown>>
  /** The newest minute whose events are in the answer; -1: none. */
  readonly through: number
  /** When the work began, by performance.now(). */
  readonly started: number
}

/** What stands behind the list of events of a JSON answer. */
export function frameEnd(context: WorkContext, { members, through, started }: FrameFacts): string {
  const { minutes, blocks, bytes } = context.meter.scanned
  const text = JSON.stringify({
    ...members,
    closedThrough: through < 0 ? null : formatMinute(through),
    scanned: { minutes, blocks, bytes },
    tookMs: Math.round((performance.now() - started) * 10) / 10,
  })
  return `,${text.slice(1)}`
}
