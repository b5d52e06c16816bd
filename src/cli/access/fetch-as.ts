import { authHeaders } from '../../client/direct/auth.ts'
import type { ServerAccess } from './server-access.ts'

export interface FetchAs {
  readonly method: 'GET' | 'POST'
  readonly url: string
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer>
  readonly signal?: AbortSignal
}

/**
 * A fetch with the credentials and certificates of a command; signed anew each time. It follows nobody elsewhere: what
 * says who asks is for this server. Rejects as fetch does.
 */
export async function fetchAs(access: ServerAccess, request: FetchAs): Promise<Response> {
  const { method, url, body, signal } = request
  const { pathname, search } = new URL(url)
  const headers = { ...access.headers, ...request.headers }
  const signed = { method, path: pathname + search, headers, body: body ?? new Uint8Array(0) }
  return fetch(url, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(await authHeaders(access.auth, signed)) },
    tls: { ...access.tls },
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  })
}
