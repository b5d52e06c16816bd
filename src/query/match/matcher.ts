import type { BlockEntry, OpenBlock, Summary } from '../../page/contract.ts'
import type { Selection } from '../selection.ts'
import { AllOf } from './all-of.ts'
import type { MakeMatcher, Matcher } from './contract.ts'
import { FixedText } from './fixed-text.ts'
import { LevelField } from './level-field.ts'
import { nodeOf } from './node-of.ts'
import type { Node } from './node.ts'
import { listOf, release } from './rows.ts'
import { FacilityPattern } from './operator/facility-pattern.ts'
import { OneOf } from './operator/one-of.ts'
import { TimeWindow } from './time-window.ts'

/** Makes a selection ready: its times and filters, and its query, as one AND. */
export const makeMatcher: MakeMatcher = (selection, look = () => undefined): Matcher => {
  const root = new AllOf(partsOf(selection, look))
  return {
    selection,
    mayMatchPage: (summary: Summary) => root.ofPage(summary) !== 'none',
    mayMatchBlock: (entry: BlockEntry) => root.ofEntry(entry) !== 'none',
    rowsOf: (block: OpenBlock, entry: BlockEntry) => {
      const rows = root.rowsOf({ block, entry }, null)
      if (rows === 'all') return null
      if (rows === 'none') return new Uint16Array(0)
      const list = listOf(rows)
      release(rows)
      return list.length === block.rowCount ? null : list
    },
  }
}

function partsOf({ clock, from, to, filter, query }: Selection, look: () => void): Node[] {
  const parts: Node[] = []
  if (from !== null || to !== null) parts.push(new TimeWindow(clock, from, to))
  if (filter.level !== null) {
    parts.push(new LevelField(filter.level.reduce((bits, level) => bits | (1 << level), 0)))
  }
  if (filter.facility !== null) parts.push(new FixedText('facility', new OneOf(filter.facility)))
  if (filter.readable !== undefined) {
    parts.push(new FixedText('facility', new FacilityPattern(filter.readable)))
  }
  if (filter.event !== null) parts.push(new FixedText('event', new OneOf(filter.event)))
  if (query.type !== 'all') parts.push(nodeOf(query, look))
  return parts
}
