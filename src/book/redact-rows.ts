import { matchesFacility } from '../event/facility-pattern.ts'
import { ownFacility } from '../event/own-facility.ts'
import type { OpenBlock, Tally, TextValues } from '../page/contract.ts'
import type { RedactRule } from './contract.ts'

/** The rules that reach the page of a minute. */
export function rulesOf(rules: readonly RedactRule[], minute: number): readonly RedactRule[] {
  return rules.filter((rule) => minute < rule.beforeMinute)
}

/** How many of the counted events any of the rules means; null where the tally does not know. */
export function countTallied(tally: Tally, rules: readonly RedactRule[]): number | null {
  if (!tally.exact) return null
  let count = 0
  for (const [facility, events] of tally.facilities) {
    const levels = levelsOf(rules, facility)
    if (levels === 0) continue
    for (const event of events.values()) {
      for (let level = 0; level < 8; level++) {
        if (((levels >> level) & 1) === 1) count += event.levels[level] ?? 0
      }
    }
  }
  return count
}

/** The rows that none of the rules means, ascending; null: all of them. */
export function rowsLeft(block: OpenBlock, rules: readonly RedactRule[]): Uint16Array | null {
  const facility = block.facility()
  const gone = goneLevels(facility, rules)
  if (gone.every((levels) => levels === 0)) return null
  const level = block.level()
  const rows = new Uint16Array(block.rowCount)
  let count = 0
  for (let row = 0; row < block.rowCount; row++) {
    const text = facility.ids === null ? row : (facility.ids[row] ?? 0)
    if ((((gone[text] ?? 0) >> (level[row] ?? 0)) & 1) === 0) rows[count++] = row
  }
  return count === block.rowCount ? null : rows.slice(0, count)
}

/** Of each text: the levels, as bits, at which an event of that facility goes. */
function goneLevels({ bytes, offsets }: TextValues, rules: readonly RedactRule[]): Uint8Array {
  const gone = new Uint8Array(offsets.length - 1)
  for (let text = 0; text < gone.length; text++) {
    const name = Buffer.from(bytes.subarray(offsets[text] ?? 0, offsets[text + 1] ?? 0)).toString()
    gone[text] = levelsOf(rules, name)
  }
  return gone
}

/** The levels, as bits, of which any of the rules removes a facility's events. */
export function levelsOf(rules: readonly RedactRule[], facility: string): number {
  let levels = 0
  for (const rule of rules) {
    if (!reachesFacility(rule, facility)) continue
    levels |= rule.levels?.reduce((bits, level) => bits | (1 << level), 0) ?? allLevels
  }
  return levels
}

/** The server's own events, of what was done to it, go only where they are meant by name. */
function reachesFacility({ facilities }: RedactRule, facility: string): boolean {
  if (facility === ownFacility) return facilities?.includes(ownFacility) ?? false
  return facilities === null || matchesFacility(facilities, facility)
}

const allLevels = 0xff
