import { KnownPairs } from '../catalogue/known-pairs.ts'
import { EventLevels } from '../stats/event-levels.ts'
import { TallyCache } from './tally-cache.ts'

/** Of one thread: 200 tallies of busy minutes. */
const tallyBytesMax = 64 * 2 ** 20

/** What the jobs of a thread share beside the blocks. */
export class ThreadCaches {
  readonly tallies = new TallyCache(tallyBytesMax)
  readonly events = new EventLevels()
  readonly pairs = new KnownPairs()
}
