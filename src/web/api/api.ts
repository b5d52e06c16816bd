import type { Session } from '../state/session.ts'

/** Parameters of a request; null leaves one out, a list repeats it. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | null>>

const base = '/api/v1'

/** A problem document (RFC 9457) of the server. `members` has what it says besides, such as `column`. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly members: Readonly<Record<string, unknown>>

  constructor(status: number, document: Readonly<Record<string, unknown>>) {
    super(
      textOf(document['detail']) || textOf(document['title']) || `the server answered ${status}`,
    )
    this.name = 'ApiError'
    this.status = status
    this.code = textOf(document['code']) || 'unknown'
    this.title = textOf(document['title']) || `Status ${status}`
    this.members = document
  }
}

/** The server could not be reached, or its answer broke off. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super('the server cannot be reached', { cause })
    this.name = 'Unreachable'
  }
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The server's API. Every method rejects with ApiError or Unreachable, or with the reason of the signal. */
export class Api {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  /** GET of a JSON document; `path` goes on from `/api/v1`. */
  async json<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
    const response = await this.send(
      'GET',
      this.url(path, query),
      signal === undefined ? {} : { signal },
    )
    // The codec of the API: the server's schemas, which its own tests check, are declared in answers.ts.
    return (await readWhole(response.json(), signal)) as T
  }

  /** GET of an answer as the server wrote it. */
  async text(path: string, query: Query = {}, signal?: AbortSignal): Promise<string> {
    const response = await this.send(
      'GET',
      this.url(path, query),
      signal === undefined ? {} : { signal },
    )
    return readWhole(response.text(), signal)
  }

  /** Any request; resolves with an answer of 2xx. `url` begins with a slash. A credential in `init` is tried alone. */
  async send(method: string, url: string, init: RequestInit = {}): Promise<Response> {
    const authorization = this.#session.authorization.peek()
    const headers = new Headers(init.headers)
    const isOwn = headers.has('authorization')
    if (authorization !== null && !isOwn) headers.set('authorization', authorization)
    const response = await readWhole(fetch(url, { ...init, method, headers }), init.signal)
    if (response.ok) return response
    if (response.status === 401 && !isOwn) this.#session.refused()
    throw new ApiError(response.status, await problemOf(response))
  }

  /** The address of a GET, as it is asked and as a curl command has it. */
  url(path: string, query: Query = {}): string {
    const parameters = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) {
      if (value === null || value === '') continue
      for (const each of Array.isArray(value) ? value : [value])
        parameters.append(name, String(each))
    }
    const text = parameters.toString()
    return text === '' ? base + path : `${base}${path}?${text}`
  }
}

async function readWhole<T>(reading: Promise<T>, signal?: AbortSignal | null): Promise<T> {
  try {
    return await reading
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new Unreachable(error)
  }
}

async function problemOf(response: Response): Promise<Record<string, unknown>> {
  const document: unknown = await response.json().catch(() => null)
  return typeof document === 'object' && document !== null ? { ...document } : {}
}
