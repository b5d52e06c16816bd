import type { BlockEntry, OpenBlock, Summary } from '../page/contract.ts'
import type { EventFilter } from './contract.ts'
import { entriesOf, openPart, type PageSource } from './page-source.ts'
import type { Query } from './language/ast.ts'
import { makeMatcher } from './match/matcher.ts'
import { RowFilter } from './row-filter.ts'

/** Minutes are asked for this many at a time: a list is a view of the book when it was begun. */
const summariesAtOnce = 256

/** A block with rows that pass. */
export interface Match {
  readonly minute: number
  readonly entry: BlockEntry
  /** Open because the filter looked into it; whoever waits long may let it go and open it again. */
  block: OpenBlock | null
  /** The rows that pass, ascending; null: all of them. */
  readonly rows: Uint16Array | null
  readonly count: number
}

export interface ScanRequest {
  /** Minutes, both ends included. */
  readonly from: number
  readonly through: number
  readonly filter: EventFilter
  /** Left out: every event. */
  readonly query?: Query
}

/**
 * The blocks with rows that pass, in page order. Yields null after a block without any, so that the
 * caller can let others run. Pages that are dropped meanwhile are left out. Throws DamagedPage.
 */
export function* scan(source: PageSource, request: ScanRequest): Generator<Match | null> {
  const filter = filterOf(request)
  for (const { minute } of summariesOf(source, request.from, request.through)) {
    for (const entry of entriesOf(source, minute) ?? []) {
      if (filter.mayPass(entry)) yield matchOf(source, filter, { minute, entry })
    }
  }
}

/** What picks rows; its methods as in RowFilter. */
type BlockFilter = Pick<RowFilter, 'mayPass' | 'rowsOf'>

/** Throws QuerySyntaxError. */
function filterOf({ filter, query }: ScanRequest): BlockFilter {
  if (query === undefined || query.type === 'all') return new RowFilter(filter)
  const matcher = makeMatcher({ clock: 'received', from: null, to: null, filter, query })
  return {
    mayPass: (entry) => matcher.mayMatchBlock(entry),
    rowsOf: (block, entry) => matcher.rowsOf(block, entry),
  }
}

/** A function of its own, so that the generator does not keep the block alive. */
function matchOf(
  source: PageSource,
  filter: BlockFilter,
  { minute, entry }: { minute: number; entry: BlockEntry },
): Match | null {
  const block = openPart(source, minute, entry)
  const rows = filter.rowsOf(block, entry)
  const count = rows?.length ?? block.rowCount
  return count === 0 ? null : { minute, entry, block, rows, count }
}

/** Summaries of the minutes with events, ascending. Throws DamagedPage where a list would leave a page out. */
function* summariesOf(source: PageSource, from: number, through: number): Generator<Summary> {
  let next = from
  let count = summariesAtOnce
  while (next <= through && count === summariesAtOnce) {
    const range = { from: next, through, limit: summariesAtOnce, order: 'asc' } as const
    count = 0
    source.damaged.length = 0
    // One by one: the reader keeps the page of the newest summary, whose directory is asked for next.
    for (const summary of source.reader.summaries(range)) {
      throwDamage(source)
      yield summary
      next = summary.minute + 1
      count++
      // Others may have come across damage of theirs meanwhile.
      source.damaged.length = 0
    }
    throwDamage(source)
  }
}

function throwDamage(source: PageSource): void {
  const damage = source.damaged[0]
  if (damage !== undefined) throw damage
}
