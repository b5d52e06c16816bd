import { createHash, createHmac, randomBytes } from 'node:crypto'
import { formatHmacHeader, textToSign } from '../../auth/hmac-text.ts'

/** Headers that say who asks. */
export type AuthHeaders = Readonly<Record<string, string>>

/** How the client proves who it is. */
export type Auth =
  /** An API key or an expiring token; a function is asked before each request, and so may renew it. */
  | { readonly token: string | (() => string | Promise<string>) }
  /** HTTP Basic. */
  | { readonly user: string; readonly password: string }
  /** Every request is signed: HMAC over the request and its body. The secret is never sent. */
  | { readonly keyId: string; readonly secret: string }
  | { readonly sign: (request: SignedRequest) => AuthHeaders | Promise<AuthHeaders> }

/** What a signature may cover. */
export interface SignedRequest {
  readonly method: 'POST' | 'GET'
  /** With the query, as sent. */
  readonly path: string
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** May reject with what a function of the application throws. */
export async function authHeaders(auth: Auth | null, request: SignedRequest): Promise<AuthHeaders> {
  if (auth === null) return {}
  if ('token' in auth) {
    const { token } = auth
    return { authorization: `Bearer ${typeof token === 'string' ? token : await token()}` }
  }
  if ('sign' in auth) return auth.sign(request)
  if ('keyId' in auth) return { authorization: hmacHeader(auth, request) }
  const pair = Buffer.from(`${auth.user}:${auth.password}`).toString('base64')
  return { authorization: `Basic ${pair}` }
}

/** A nonce of its own each time: a request that is tried again is signed again. */
function hmacHeader(
  { keyId, secret }: { readonly keyId: string; readonly secret: string },
  { method, path, headers, body }: SignedRequest,
): string {
  const facts = {
    keyId,
    timestamp: String(Date.now()),
    nonce: randomBytes(18).toString('base64url'),
    bodySha256: createHash('sha256').update(body).digest('hex'),
  }
  const text = textToSign({
    ...facts,
    method,
    target: path,
    idempotencyKey: headers['idempotency-key'] ?? '',
    contentType: headers['content-type'] ?? '',
    contentEncoding: headers['content-encoding'] ?? '',
  })
  return formatHmacHeader({
    ...facts,
    signature: createHmac('sha256', secret).update(text).digest('hex'),
  })
}

/** Throws TypeError for what proves nothing, without saying what the secret was. */
export function checkAuth(auth: Auth | undefined): void {
  if (auth === undefined) return
  const { token, user, password, keyId, secret, sign } = { ...noAuth, ...Object(auth) }
  const isSound =
    typeof token === 'function' ||
    typeof sign === 'function' ||
    (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) ||
    (typeof user === 'string' && typeof password === 'string' && !user.includes(':')) ||
    (typeof keyId === 'string' && typeof secret === 'string' && /^[\w-]+$/.test(keyId))
  if (!isSound) {
    throw new TypeError(
      'auth must be { token }, { user, password }, { keyId, secret } or { sign }, as docs/CLIENT.md describes',
    )
  }
}

const noAuth = {
  token: undefined,
  user: undefined,
  password: undefined,
  keyId: undefined,
  secret: undefined,
  sign: undefined,
}
