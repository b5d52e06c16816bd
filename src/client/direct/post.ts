import * as http from 'node:http'
import * as https from 'node:https'

/** How the client proves who it is. */
export type Auth =
  | { readonly token: string }
  | { readonly user: string; readonly password: string }
  | { readonly sign: (request: SignedRequest) => Readonly<Record<string, string>> }

/** What a signature may cover. */
export interface SignedRequest {
  readonly method: 'POST'
  /** With the query, as sent. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** For https, as of node:tls: a pinned certificate in `ca`, a client's own in `cert` and `key`. */
export interface TlsOptions {
  readonly ca?: string | Buffer
  readonly cert?: string | Buffer
  readonly key?: string | Buffer
  readonly servername?: string
}

/** What a server said. */
export interface Answer {
  readonly status: number
  /** Milliseconds that the server asked to wait, 0 if it did not. */
  readonly retryAfterMs: number
  readonly body: string
}

/** Where a Poster posts, as whom, and how long it waits. */
export interface PosterOptions {
  readonly url: URL
  readonly auth: Auth | null
  readonly tls: TlsOptions
  readonly timeoutMs: number
  /** Requests at a time; left out: 1. */
  readonly connections?: number
}

const answerBytesMax = 1 << 20

/** Posts over connections that never keep the process alive. */
export class Poster {
  readonly #options: PosterOptions
  readonly #agent: http.Agent
  readonly #request: typeof http.request

  constructor(options: PosterOptions) {
    this.#options = options
    const isTls = options.url.protocol === 'https:'
    this.#request = isTls ? https.request : http.request
    const connections = options.connections ?? 1
    const keep = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections }
    this.#agent = isTls ? new https.Agent({ ...keep, ...options.tls }) : new http.Agent(keep)
  }

  /** Rejects when there was no answer. */
  post(headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<Answer> {
    const { url, timeoutMs, auth, tls } = this.#options
    const sent = { ...headers, 'content-length': String(body.length) }
    const signed = {
      ...sent,
      ...authHeaders(auth, { method: 'POST', path: url.pathname, headers: sent, body }),
    }
    let patience: ReturnType<typeof setTimeout> | undefined
    const answer = new Promise<Answer>((resolve, reject) => {
      const request = this.#request(
        url,
        { method: 'POST', agent: this.#agent, headers: signed, ...tls },
        (response) => readAnswer(response).then(resolve, reject),
      )
      // The process may end while an answer is awaited: what is left is then put on disk.
      request.on('socket', (socket) => socket.unref())
      request.on('error', reject)
      patience = setTimeout(() => {
        const error = new Error(`no answer within ${timeoutMs} ms`)
        request.destroy(error)
        reject(error)
      }, timeoutMs)
      patience.unref()
      request.end(body)
    })
    return answer.finally(() => clearTimeout(patience))
  }

  close(): void {
    this.#agent.destroy()
  }
}

function authHeaders(auth: Auth | null, request: SignedRequest): Readonly<Record<string, string>> {
  if (auth === null) return {}
  if ('token' in auth) return { authorization: `Bearer ${auth.token}` }
  if ('sign' in auth) return auth.sign(request)
  const pair = Buffer.from(`${auth.user}:${auth.password}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= answerBytesMax) chunks.push(chunk)
    })
    response.on('error', reject)
    response.on('close', () => reject(new Error('the answer was cut off')))
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        retryAfterMs: retryAfterMs(response.headers['retry-after'], Date.now()),
        body: Buffer.concat(chunks).toString(),
      }),
    )
  })
}

/** Retry-After is a number of seconds or a date. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return 0
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs)
}
