/** What a page of another origin may send beside what every page may. */
const requestHeaders = [
  'accept',
  'authorization',
  'content-encoding',
  'content-type',
  'idempotency-key',
  'if-none-match',
  'last-event-id',
  'minutebook-producer',
  'minutebook-sequence',
  'prefer',
  'x-api-key',
].join(', ')

/** What its script may read of an answer. */
const answerHeaders = 'etag, link, location, preference-applied, retry-after'
const preflightAgeS = 600

/** `https://shop.example`, as browsers write it: no path, no default port. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}

/**
 * Lets the pages of named origins use the API. They show a credential in each request: what the browser keeps
 * (cookies, passwords typed in) is not theirs to use, so there is no Access-Control-Allow-Credentials.
 */
export class Cors {
  readonly #origins: ReadonlySet<string>

  constructor(origins: readonly string[]) {
    this.#origins = new Set(origins)
  }

  get isOff(): boolean {
    return this.#origins.size === 0
  }

  isAllowed(origin: string | null): boolean {
    return origin !== null && this.#origins.has(origin)
  }

  /** The answer to what a browser asks before it sends; null: this is not such a question. */
  preflight({ method, headers }: Request): Response | null {
    if (method !== 'OPTIONS' || !headers.has('access-control-request-method')) return null
    if (!this.isAllowed(headers.get('origin'))) return null
    return new Response(null, {
      status: 204,
      headers: {
        'access-control-allow-methods': 'GET, HEAD, POST, DELETE',
        'access-control-allow-headers': requestHeaders,
        'access-control-max-age': String(preflightAgeS),
      },
    })
  }

  /** Lets the page read the answer. */
  open(asked: Headers, answered: Headers): void {
    if (this.isOff) return
    answered.append('vary', 'Origin')
    const origin = asked.get('origin')
    if (origin === null || !this.isAllowed(origin)) return
    answered.set('access-control-allow-origin', origin)
    answered.set('access-control-expose-headers', answerHeaders)
  }
}
