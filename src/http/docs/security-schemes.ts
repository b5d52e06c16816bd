import type { Need } from '../../auth/contract.ts'

/**
 * The ways of authentication, as the OpenAPI document declares them (3.1, Security Scheme Object). The scope
 * that an operation needs stands beside each.
 */
export const securitySchemes = {
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'A static key, as `minutebook auth add` prints it. Also taken as a bearer token.',
  },
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'The name and password of a credential of the kind password.',
  },
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, or an expiring token.',
  },
  hmac: {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description:
      '`MB1-HMAC-SHA256 keyId=…, timestamp=…, nonce=…, sha256=…, signature=…`: a request signed with a shared secret, as docs/SECURITY.md describes it.',
  },
  clientCertificate: {
    type: 'mutualTLS',
    description:
      'A certificate of the authority that the server knows, where it asks for one (`--tls-clients`, `--tls-client-port`). It is enough to post events.',
  },
} as const

type Scheme = keyof typeof securitySchemes

const secrets: readonly Scheme[] = ['apiKey', 'basic', 'bearer', 'hmac']

/** What an operation needs, in words: part of its description. */
export function needText(need: Need | null): string {
  if (need === null) return 'It needs no credential.'
  if (need === 'any') return 'It needs a credential, whatever its scopes.'
  return need === 'secret'
    ? 'It needs the secret of a credential: a token is not enough.'
    : `It needs the scope \`${need}\`.`
}

/** As an Operation Object has it: any one of these is enough. A server without credentials needs none. */
export function securityOf(need: Need | null): object[] {
  if (need === null) return []
  const scopes = need === 'any' || need === 'secret' ? [] : [need]
  const isCertificateEnough = need === 'write' || need === 'any'
  const schemes = isCertificateEnough ? [...secrets, 'clientCertificate'] : secrets
  return [{}, ...schemes.map((name) => ({ [name]: scopes }))]
}
