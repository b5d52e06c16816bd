import { ProblemError } from './problem.ts'
import type { QueryParameter } from './operation.ts'

/** The checked query parameters of one request. */
export class QueryValues {
  readonly #values: URLSearchParams

  constructor(values: URLSearchParams) {
    this.#values = values
  }

  text(name: string): string | null {
    return this.#values.get(name)
  }

  all(name: string): string[] | null {
    const values = this.#values.getAll(name)
    return values.length === 0 ? null : values
  }

  /** A whole number in a range, `standard` when it is not given. */
  whole(name: string, standard: number, range: readonly [number, number]): number {
    const raw = this.#values.get(name)
    if (raw === null) return standard
    const value = /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN
    if (value >= range[0] && value <= range[1]) return value
    throw invalid(name, `is a whole number from ${range[0]} to ${range[1]}, not ${quoted(raw)}`)
  }

  flag(name: string): boolean {
    const raw = this.#values.get(name)
    if (raw === null || raw === 'false') return false
    if (raw === 'true') return true
    throw invalid(name, `is true or false, not ${quoted(raw)}`)
  }

  /** The query as it was asked, in one order, for an ETag and for links. */
  canonical(): string {
    const sorted = new URLSearchParams(this.#values)
    sorted.sort()
    return sorted.toString()
  }
}

/** As much of what was sent as an answer repeats: enough to know it again. */
export function quoted(raw: string): string {
  return JSON.stringify(raw.length > 100 ? `${raw.slice(0, 100).toWellFormed()}…` : raw)
}

/** A parameter's value is not what it may be. */
export function invalid(parameter: string, expectation: string): ProblemError {
  return new ProblemError('invalid-parameter', `${parameter} ${expectation}`, {
    extra: { parameter },
  })
}

/** Refuses unknown parameters, and single ones that are given twice. */
export function readQuery(url: URL, known: readonly QueryParameter[]): QueryValues {
  const seen = new Set<string>()
  for (const name of url.searchParams.keys()) {
    const parameter = known.find((candidate) => candidate.name === name)
    if (parameter === undefined) throw unknown(name, known)
    if (seen.has(name) && parameter.repeatable !== true) throw invalid(name, 'may be given once')
    seen.add(name)
  }
  for (const { name, required } of known) {
    if (required === true && !seen.has(name)) throw invalid(name, 'is required')
  }
  return new QueryValues(url.searchParams)
}

function unknown(name: string, known: readonly QueryParameter[]): ProblemError {
  const list = known.map((parameter) => parameter.name).join(', ')
  const offer = list === '' ? 'this resource takes none' : `this resource takes ${list}`
  return new ProblemError('unknown-parameter', `${quoted(name)}: ${offer}`, {
    extra: { parameter: name },
  })
}
