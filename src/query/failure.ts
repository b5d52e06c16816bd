import { DamagedPage } from '../book/contract.ts'
import { QueryRefused, type Refusal } from './search/contract.ts'
import { QuerySyntaxError } from './language/query-syntax-error.ts'
import { type LimitName, QueryLimit } from './work/contract.ts'

/** An error as it crosses the thread boundary: structured clone keeps no class. */
export type Failure =
  | { readonly of: 'damage'; readonly detail: string; readonly minute: number }
  | { readonly of: 'limit'; readonly limit: LimitName; readonly value: number }
  | { readonly of: 'refusal'; readonly detail: string; readonly refusal: Refusal }
  | {
      readonly of: 'syntax'
      readonly detail: string
      readonly column: number
      readonly expected: readonly string[]
    }
  | { readonly of: 'other'; readonly detail: string; readonly stack: string }

export function failureOf(error: unknown): Failure {
  if (error instanceof DamagedPage) {
    return { of: 'damage', detail: error.message, minute: error.minute }
  }
  if (error instanceof QueryLimit) return { of: 'limit', limit: error.limit, value: error.value }
  if (error instanceof QueryRefused) {
    return { of: 'refusal', detail: error.message, refusal: error.refusal }
  }
  if (error instanceof QuerySyntaxError) {
    const { message: detail, column, expected } = error
    return { of: 'syntax', detail, column, expected }
  }
  if (!(error instanceof Error)) return { of: 'other', detail: String(error), stack: '' }
  return { of: 'other', detail: error.message, stack: error.stack ?? '' }
}

/** What the thread threw, on this side of the boundary. */
export function errorOf(failure: Failure): Error {
  switch (failure.of) {
    case 'damage':
      return new DamagedPage(failure.minute, failure.detail)
    case 'limit':
      return new QueryLimit(failure.limit, failure.value)
    case 'refusal':
      return new QueryRefused(failure.refusal, failure.detail)
    case 'syntax':
      return new QuerySyntaxError(failure.detail, failure.column, failure.expected)
    case 'other': {
      const error = new Error(failure.detail)
      if (failure.stack !== '') error.stack = failure.stack
      return error
    }
  }
}
