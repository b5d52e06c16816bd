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
} as const
