import type { ParameterChange } from '../../state/location.ts'

/** The range of a view's address, for a link to another view of the same time. */
export function sameRange(parameters: URLSearchParams): ParameterChange {
  return { from: parameters.get('from'), to: parameters.get('to') }
}
