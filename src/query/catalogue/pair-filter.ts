import { matchesFacility } from '../../event/facility-pattern.ts'
import type { CatalogueEntry } from '../../book/catalogue-entry.ts'
import type { CatalogueRequest } from './contract.ts'

/** Whether a pair passes all filters but that of its status. */
export function passes({
  filter,
  contains,
}: Pick<CatalogueRequest, 'filter' | 'contains'>): (entry: CatalogueEntry) => boolean {
  const facilities = filter.facility === null ? null : new Set(filter.facility)
  const events = filter.event === null ? null : new Set(filter.event)
  const needle = contains === null ? null : folded(contains)
  const { readable } = filter
  return ({ facility, event, levels }) => {
    if (readable !== undefined && !matchesFacility(readable, facility)) return false
    if (facilities !== null && !facilities.has(facility)) return false
    if (events !== null && !events.has(event)) return false
    if (filter.level !== null && !filter.level.some((level) => (levels[level] ?? 0) > 0))
      return false
    return needle === null || folded(facility).includes(needle) || folded(event).includes(needle)
  }
}

/** In lower case, as far as ASCII goes. */
function folded(text: string): string {
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase())
}
