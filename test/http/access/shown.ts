import type { CredentialKind } from '../../../src/auth/credential.ts'
import { type Need, scopes } from '../../../src/auth/contract.ts'
import { formatHmacHeader } from '../../../src/auth/hmac-text.ts'
import { signatureOf } from '../../../src/auth/hmac.ts'
import { sha256Hex } from '../../../src/auth/secret.ts'
import type { JsonClient } from '../json-client.ts'
import { asObject } from '../json-object.ts'
import type { ClockedServer } from '../clocked-server.ts'
import type { State } from './expectations.ts'

export const ways = ['api key', 'bearer key', 'basic', 'hmac', 'token'] as const
export type Way = (typeof ways)[number]

/** One request before it says who asks. */
export interface Unsigned {
  readonly method: string
  readonly target: string
  readonly body: string
}

type Headers = Readonly<Record<string, string>>

/** What a request shows of who asks. */
export interface Show {
  headers(request: Unsigned): Headers
  /** Of a token: its id. */
  readonly tokenId: string | null
}

const kinds: Readonly<Record<Way, CredentialKind>> = {
  'api key': 'api-key',
  'bearer key': 'api-key',
  basic: 'password',
  hmac: 'hmac',
  token: 'api-key',
}
const password = 'correct horse battery'
let made = 0
let nonces = 0

/** Makes a credential in a state, and says what headers show it in one of the ways. */
export class Shown {
  readonly #server: ClockedServer
  readonly #root: JsonClient

  constructor(server: ClockedServer, root: JsonClient) {
    this.#server = server
    this.#root = root
  }

  /** For an operation that needs `need`. A state that is none of the credential itself is a right one. */
  async make(way: Way, state: State, need: Need): Promise<Show> {
    if (state === 'nothing') return { headers: () => ({}), tokenId: null }
    const name = `c-${made++}`
    const kind = kinds[way]
    const { body } = await this.#root.post('/api/v1/credentials', {
      name,
      kind,
      ...rightsFor(state, need),
      networks: state === 'from another network' ? ['192.0.2.0/24'] : [],
      // A token is made while its owner is valid.
      ...(state === 'expired' && way !== 'token' ? { expiresIn: 1 } : {}),
      ...(kind === 'password' ? { password } : {}),
    })
    if (body['name'] !== name) throw new Error(JSON.stringify(body))
    const secret = String(body['secret'] ?? password)
    const shown =
      way === 'token'
        ? await this.#token(secret, state)
        : { id: way === 'basic' ? name : String(body['id']), secret }
    if (state === 'revoked') await this.#root.post(`/api/v1/credentials/${name}/revoke`)
    const used = state === 'wrong' ? { ...shown, secret: altered(shown.secret) } : shown
    return { headers: this.#headersBy(way, used), tokenId: way === 'token' ? shown.id : null }
  }

  async #token(key: string, state: State): Promise<{ id: string; secret: string }> {
    const expiresIn = state === 'expired' ? 1 : 3_600
    const response = await this.#server.ask('/api/v1/tokens', {
      method: 'POST',
      // From where a credential of that state may be used.
      headers: { 'x-api-key': key, 'x-forwarded-for': '192.0.2.7' },
      body: JSON.stringify({ expiresIn }),
    })
    const { token, id } = asObject(await response.json())
    return { id: String(id), secret: String(token) }
  }

  #headersBy(
    way: Way,
    { id, secret }: { readonly id: string; readonly secret: string },
  ): Show['headers'] {
    switch (way) {
      case 'api key':
        return () => ({ 'x-api-key': secret })
      case 'bearer key':
      case 'token':
        return () => ({ authorization: `Bearer ${secret}` })
      case 'basic': {
        const pair = Buffer.from(`${id}:${secret}`).toString('base64')
        return () => ({ authorization: `Basic ${pair}` })
      }
      case 'hmac':
        return (request) => ({ authorization: this.#signed(request, id, secret) })
    }
  }

  /** As a client signs, at the time of the server's turned clock. */
  #signed({ method, target, body }: Unsigned, keyId: string, secret: string): string {
    const facts = {
      keyId,
      timestamp: String(Date.parse(this.#server.minute) + 30_000),
      nonce: `nonce-number-${String(nonces++).padStart(9, '0')}`,
      bodySha256: sha256Hex(body),
    }
    const contentType = method === 'POST' ? 'application/json' : ''
    const parts = { ...facts, method, target, idempotencyKey: '', contentType, contentEncoding: '' }
    return formatHmacHeader({ ...facts, signature: signatureOf(parts, secret) })
  }
}

function rightsFor(state: State, need: Need): object {
  const own = need === 'any' || need === 'secret' ? 'read' : need
  if (state === 'other scopes') return { scopes: scopes.filter((scope) => scope !== own) }
  const other = { write: ['another-*'], read: ['another-*'] }
  return { scopes: [own], ...(state === 'other facilities' ? { facilities: other } : {}) }
}

/** With another character in the middle of its last part. */
function altered(secret: string): string {
  const at = secret.length - 8
  return secret.slice(0, at) + (secret[at] === 'a' ? 'b' : 'a') + secret.slice(at + 1)
}
