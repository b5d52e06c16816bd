import * as http from 'node:http'
import * as https from 'node:https'
import { type Auth, type AuthHeaders, authHeaders } from './auth.ts'

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

  /** Rejects when there was no answer in time. */
  async post(headers: Readonly<Record<string, string>>, body: Uint8Array): Promise<Answer> {
    const { url, timeoutMs } = this.#options
    const stop = new AbortController()
    const patience = setTimeout(
      () => stop.abort(new Error(`no answer within ${timeoutMs} ms`)),
      timeoutMs,
    )
    // The process may end while an answer is awaited: what is left is then put on disk.
    patience.unref()
    const sent = { ...headers, 'content-length': String(body.length) }
    const path = url.pathname + url.search
    try {
      // The application's own function may never come to an end.
      const own = authHeaders(this.#options.auth, { method: 'POST', path, headers: sent, body })
      const signed = await Promise.race([own, abortOf(stop.signal)])
      return await this.#send({ ...sent, ...signed }, body, stop.signal)
    } finally {
      clearTimeout(patience)
    }
  }

  #send(headers: AuthHeaders, body: Uint8Array, signal: AbortSignal): Promise<Answer> {
    const { url, tls } = this.#options
    return new Promise<Answer>((resolve, reject) => {
      const request = this.#request(
        url,
        { method: 'POST', agent: this.#agent, headers, ...tls },
        (response) => readAnswer(response).then(resolve, reject),
      )
      request.on('socket', (socket) => socket.unref())
      request.on('error', reject)
      signal.addEventListener('abort', () => {
        request.destroy()
        reject(signal.reason)
      })
      request.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}

/** Rejects with the reason for which it was aborted. */
function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
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
