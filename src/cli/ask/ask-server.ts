import { fetchAs } from '../access/fetch-as.ts'
import type { ServerAccess } from '../access/server-access.ts'
import { exitCode } from '../command.ts'

/** Something went wrong; the message is for the user. */
export class AskError extends Error {
  readonly exitCode: number
  /** Where in the query, from 1; what could stand there. */
  readonly column: number | null
  readonly expected: readonly string[]

  constructor(
    message: string,
    code: number,
    place: { readonly column: number; readonly expected: readonly string[] } | null = null,
  ) {
    super(message)
    this.exitCode = code
    this.column = place?.column ?? null
    this.expected = place?.expected ?? []
  }
}

/** The server could not be reached, or is busy: it may be there again later. */
export class Unreachable extends Error {
  readonly retryAfterS: number | null

  constructor(message: string, retryAfterS: number | null = null) {
    super(message)
    this.retryAfterS = retryAfterS
  }
}

export interface AskOptions {
  readonly accept: string
  readonly headers?: Readonly<Record<string, string>>
  /** Left out: as nobody, and https as the system trusts it. */
  readonly access?: ServerAccess
  readonly signal?: AbortSignal
}

/** Answers that another try may change. */
const transient = new Set([408, 425, 429, 500, 502, 503, 504])

const nobody: ServerAccess = { headers: {}, auth: null, tls: {} }

/** GETs what is asked for. Throws AskError with the server's problem, Unreachable. */
export async function askServer(url: string, options: AskOptions): Promise<Response> {
  const { accept, headers, signal, access = nobody } = options
  const request = { method: 'GET', url, headers: { accept, ...headers } } as const
  const withSignal = signal === undefined ? request : { ...request, signal }
  const response = await fetchAs(access, withSignal).catch((error: unknown) => {
    throw new Unreachable(`${new URL(url).origin} cannot be reached: ${messageOf(error)}`)
  })
  if (response.ok) return response
  const problem = await readProblem(response)
  if (transient.has(response.status)) {
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
    throw new Unreachable(problem.message, Number.isNaN(seconds) ? null : seconds)
  }
  throw problem
}

async function readProblem(response: Response): Promise<AskError> {
  const body: unknown = await response.json().catch(() => null)
  const { title, detail, column, expected, parameter } = Object(body)
  // The request was wrong: as if the command line were.
  const code = response.status === 400 ? exitCode.usage : exitCode.failed
  const text = [title, detail].filter((each) => typeof each === 'string').join(': ')
  const place = response.headers.get('location')
  const elsewhere = place === null ? '' : `, and refers to ${place}`
  const message = text === '' ? `the server answered ${response.status}${elsewhere}` : text
  if (typeof column !== 'number') return new AskError(asFlag(parameter, detail) ?? message, code)
  const words = Array.isArray(expected) ? expected.map(String) : []
  return new AskError(String(detail), code, { column, expected: words })
}

/** What is wrong with a parameter, by the name of the option that it came from; null: it is of none. */
function asFlag(parameter: unknown, detail: unknown): string | null {
  const name = String(parameter)
  if (typeof detail !== 'string' || !detail.startsWith(`${name} `)) return null
  const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return `--${flag}${detail.slice(name.length)}`
}

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)
