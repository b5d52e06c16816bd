import type { BlockEntry, OpenBlock } from '../../page/contract.ts'
import type { Matcher } from '../match/contract.ts'
import type { WorkContext } from '../work/contract.ts'

/** Takes the rows of a block that pass; null: all of them. Never called without any. */
export type TakeRows = (block: OpenBlock, rows: Uint16Array | null, entry: BlockEntry) => void

/**
 * Hands out what passes of a page, block by block; others get their turn between blocks. A page that has been
 * dropped meanwhile has nothing. Throws DamagedPage, QueryLimit, Cancelled.
 */
export async function scanPage(
  { blocks, meter }: WorkContext,
  matcher: Matcher,
  minute: number,
  take: TakeRows,
): Promise<void> {
  const entries = blocks.entries(minute)
  if (entries === null) return
  meter.count({ minutes: 1 })
  for (const entry of entries) {
    if (!matcher.mayMatchBlock(entry)) continue
    meter.count({ blocks: 1, bytes: entry.bytes })
    const block = blocks.open(minute, entry)
    const rows = matcher.rowsOf(block, entry)
    if (rows === null ? block.rowCount > 0 : rows.length > 0) take(block, rows, entry)
    await meter.turn()
  }
}
