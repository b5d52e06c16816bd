import type { Query } from '../../api/api.ts'
import { type Span, spanQuery } from '../../time/range.ts'

/** Event types that are new or have returned in a span, the newest first. */
export function changesQuery(span: Span): Query {
  const status = ['new', 'returned']
  return { ...spanQuery(span), status, order: '-first', limit: 50, buckets: 30 }
}
