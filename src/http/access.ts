import type { Admission, Need, Principal, RefusalCode, RefusalFacts } from '../auth/contract.ts'
import type { Administration } from '../auth/administration.ts'
import type { Gate } from '../auth/gate.ts'
import type { Cors } from './cors.ts'
import { guardHost, guardLoopback, guardSite } from './guard.ts'
import { problem, type ProblemCode } from './problem.ts'

export interface AccessOptions {
  readonly gate: Gate
  /** The origins whose pages may use the API. */
  readonly cors: Cors
  /** Told to serve anybody on any address: without a credential, from anywhere. */
  readonly isInsecure: boolean
  /** Listening on loopback only. */
  readonly isLoopback: boolean
  /** Told of every request that was admitted with a credential. */
  readonly onAdmitted: (principal: Principal) => void
  /** Told of every refusal, for the metrics. */
  readonly onTurnedAway: (code: RefusalCode) => void
  /** Told of every refused authentication, for the audit trail. */
  readonly onRefused: (refused: RefusedRequest) => void
}

export interface RefusedRequest extends RefusalFacts {
  readonly code: RefusalCode
  readonly need: Need
  readonly address: string
  readonly method: string
  readonly path: string
}

/** A request that may go on. */
export interface Admitted {
  readonly principal: Principal
  /** HMAC: the SHA-256 that the body must have, lower-case hex. */
  readonly bodySha256: string | null
  readonly address: string
}

const anonymous: Principal = {
  name: 'anonymous',
  way: 'anonymous',
  grants: { write: 'all', read: 'all', admin: true },
  expiresMs: null,
  readTag: '',
}

const problemOf: Readonly<Record<RefusalCode, ProblemCode>> = {
  unauthenticated: 'unauthenticated',
  forbidden: 'forbidden',
  'address-denied': 'address-denied',
  replayed: 'signature-refused',
  'rate-limited': 'rate-limited',
}

/** Offered with every 401; a browser asks for a user and password. */
const scriptChallenge = 'Bearer realm="minutebook", MB1-HMAC-SHA256'
const challenge = `Basic realm="minutebook", charset="UTF-8", ${scriptChallenge}`

/** What a page's script asks in a browser: the page has a form of its own, and the browser's would be in its way. */
function isScript(asked: Headers): boolean {
  const mode = asked.get('sec-fetch-mode')
  return mode !== null && mode !== 'navigate'
}

/** What is known of a request before anything of it is read. */
export interface Caller {
  /** The address of the socket: asked for only where it matters. */
  readonly address: () => string
  /** The listener lets only those in who show a certificate of the server's own authority. */
  readonly isCertified: boolean
}

/** The door of the HTTP layer: every request passes here before anything of it is read. */
export class Access implements AsyncDisposable {
  readonly #options: AccessOptions

  constructor(options: AccessOptions) {
    this.#options = options
  }

  get cors(): Cors {
    return this.#options.cors
  }

  /** `need` null: for everybody, such as the health checks and the files of the pages. */
  admit(
    request: Request,
    caller: Caller,
    need: Need | null,
  ): Promise<Admitted | Response> | Admitted | Response {
    const { gate, isInsecure, isLoopback, cors } = this.#options
    if (gate.isNeeded || caller.isCertified) return this.#checked(request, caller, need)
    // Fast path: no credential and no rule. Whoever only posts need not be looked up.
    const address = need === 'write' ? '' : caller.address()
    if (isInsecure) return { principal: anonymous, bodySha256: null, address }
    if (!isLoopback) return nobodyYet()
    return guardLoopback(request, cors) ?? { principal: anonymous, bodySha256: null, address }
  }

  async administration(): Promise<Administration> {
    return (await this.#options.gate.open()).administration
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#options.gate[Symbol.asyncDispose]()
  }

  async #checked(
    request: Request,
    { address: socket, isCertified }: Caller,
    need: Need | null,
  ): Promise<Admitted | Response> {
    const { gate, isInsecure, isLoopback, onAdmitted, onTurnedAway, onRefused } = this.#options
    const { authenticator, clientAddress } = await gate.open()
    const isOpen = authenticator.isOpen
    if (isOpen && !isInsecure && !isLoopback && !isCertified) return nobodyYet()
    const { cors } = this.#options
    const guarded = isOpen && !isInsecure ? guardLoopback(request, cors) : guardSite(request, cors)
    if (guarded !== null) return guarded
    const nowhere = guardHost(request)
    if (nowhere !== null) return nowhere
    const { method, headers } = request
    const address = clientAddress(socket(), headers.get('x-forwarded-for'))
    if (need === null) return { principal: anonymous, bodySha256: null, address }
    const { pathname, search } = new URL(request.url)
    const target = pathname + search
    const facts = { method, target, headers, address, isCertified }
    const admission = await authenticator.admit(facts, need)
    if (admission.ok) {
      if (!isOpen) onAdmitted(admission.principal)
      return { principal: admission.principal, bodySha256: admission.bodySha256, address }
    }
    const { code, audit } = admission
    onTurnedAway(code)
    if (audit !== undefined) onRefused({ ...audit, code, need, address, method, path: pathname })
    return refusal(admission, headers)
  }
}

/** What an operation needs. All of the API that is not known to need less is for administrators. */
export function needOf(method: string, path: string): Need | null {
  if (path === '/api/v1/me' || path.startsWith('/api/v1/tokens/')) return 'any'
  if (path === '/api/v1/tokens') return method === 'POST' ? 'secret' : 'any'
  if (path === '/metrics' || path === '/api/v1/producers') return 'read'
  if (path.startsWith('/api/v1/eventqry')) return 'read'
  if (path === '/api/v1/eventlog') return method === 'POST' ? 'write' : 'admin'
  return path.startsWith('/api/') ? 'admin' : null
}

function nobodyYet(): Response {
  const detail = 'there is no credential yet: add one with minutebook auth add'
  return refusal({ ok: false, code: 'unauthenticated', detail }, new Headers())
}

function refusal(refused: Extract<Admission, { ok: false }>, asked: Headers): Response {
  const { code, detail, retryAfterS } = refused
  const headers: Record<string, string> = {}
  if (code === 'unauthenticated' || code === 'replayed') {
    headers['www-authenticate'] = isScript(asked) ? scriptChallenge : challenge
  }
  if (retryAfterS !== undefined) headers['retry-after'] = String(retryAfterS)
  return problem(problemOf[code], detail, { headers })
}
