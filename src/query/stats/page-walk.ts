import type { Summary } from '../../page/contract.ts'
import type { Matcher } from '../match/contract.ts'
import type { WorkContext } from '../work/contract.ts'

export interface MinuteSpan {
  readonly from: number
  readonly through: number
}

/** The minutes whose pages may hold events of a selection: all that are closed, or those of the server's clock. */
export function spanOf(context: WorkContext, matcher: Matcher): MinuteSpan {
  const { firstMinute, droppedBefore } = context.source.reader.state()
  const first = Math.max(firstMinute ?? 0, droppedBefore ?? 0)
  const { clock, from, to } = matcher.selection
  if (clock === 'timestamp') return { from: first, through: context.closedThrough }
  const through = to === null ? Infinity : Math.floor((to.ms + (to.nanos > 0 ? 1 : 0) - 1) / 60_000)
  return {
    from: Math.max(first, from === null ? 0 : Math.floor(from.ms / 60_000)),
    through: Math.min(context.closedThrough, through),
  }
}

/** Pages of a span that may hold events of the selection, by their summaries. Throws DamagedPage. */
export function* pagesOf(
  context: WorkContext,
  matcher: Matcher,
  span: MinuteSpan,
): Generator<Summary> {
  for (const summary of context.blocks.summaries(span.from, span.through, 'asc')) {
    if (matcher.mayMatchPage(summary)) yield summary
  }
}
