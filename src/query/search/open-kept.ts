import type { BlockEntry, OpenBlock } from '../../page/contract.ts'
import type { WorkContext } from '../work/contract.ts'

/**
 * Opens a block of a page that was there when the work began; null: it has been dropped meanwhile. Throws
 * DamagedPage.
 */
export function openKept(
  context: WorkContext,
  minute: number,
  entry: BlockEntry,
): OpenBlock | null {
  try {
    return context.blocks.open(minute, entry)
  } catch (error) {
    const { droppedBefore } = context.source.reader.state()
    if (droppedBefore !== null && minute < droppedBefore) return null
    throw error
  }
}
