import { type CatalogueOrder, type CataloguePair, pairStatuses } from './contract.ts'

type Sortable = Omit<CataloguePair, 'sparkline'>

/** Ties are in order of facility and event, whichever the direction. */
export function comparePairs({
  column,
  descending,
}: CatalogueOrder): (a: Sortable, b: Sortable) => number {
  const sign = descending ? -1 : 1
  return (a, b) => sign * byColumn(column, a, b) || byName(a, b)
}

function byColumn(column: CatalogueOrder['column'], a: Sortable, b: Sortable): number {
  switch (column) {
    case 'facility':
      return compareText(a.facility, b.facility)
    case 'event':
      return compareText(a.event, b.event)
    case 'count':
      return a.count - b.count
    case 'total':
      return a.total - b.total
    case 'first':
      return a.firstMs - b.firstMs
    case 'last':
      return a.lastMs - b.lastMs
    case 'status':
      return pairStatuses.indexOf(a.status) - pairStatuses.indexOf(b.status)
  }
}

function byName(a: Sortable, b: Sortable): number {
  return compareText(a.facility, b.facility) || compareText(a.event, b.event)
}

/** By UTF-16 units: the same everywhere. */
function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
