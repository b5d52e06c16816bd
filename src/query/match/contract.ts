import type { BlockEntry, OpenBlock, Summary } from '../../page/contract.ts'
import type { Selection } from '../selection.ts'

/** A Selection made ready to be applied to pages and blocks. Not shared between threads. */
export interface Matcher {
  readonly selection: Selection
  /** False: no event of the page can pass, by its summary alone. */
  mayMatchPage(summary: Summary): boolean
  /** False: no event of the block can pass, by the page's directory alone. */
  mayMatchBlock(entry: BlockEntry): boolean
  /**
   * The rows that pass, ascending; null: all of them. Looks first at what is cheapest (column list,
   * min and max, token filters), then decompresses only the columns it asks about.
   */
  rowsOf(block: OpenBlock, entry: BlockEntry): Uint16Array | null
}

/**
 * `look` is called every now and then while one block takes long, as by a costly regular expression; what it
 * throws goes to whoever asked for the rows. Throws QuerySyntaxError for a regular expression that RE2 does not
 * take.
 */
export type MakeMatcher = (selection: Selection, look?: () => void) => Matcher
