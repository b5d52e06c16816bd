/*
 * What an HMAC submission signs. The header:
 *
 *   Authorization: MB1-HMAC-SHA256 keyId=<12 characters>, timestamp=<ms since the epoch>, nonce=<16 to 64 of
 *   A-Z a-z 0-9 _ ->, sha256=<hex SHA-256 of the body as sent>, signature=<hex HMAC-SHA256>
 *
 * The signature is over these ten lines, joined by a line feed, none after the last; an absent header is an
 * empty line. Method in upper case, path and query exactly as in the request line:
 *
 *   MB1-HMAC-SHA256 · method · path and query · keyId · timestamp · nonce · Idempotency-Key · Content-Type ·
 *   Content-Encoding · hex SHA-256 of the body
 *
 * The key of the HMAC is the secret's text, not what it decodes to.
 */

export const hmacScheme = 'MB1-HMAC-SHA256'

export interface SignedParts {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly keyId: string
  /** Milliseconds since the epoch, decimal. */
  readonly timestamp: string
  readonly nonce: string
  readonly idempotencyKey: string
  readonly contentType: string
  readonly contentEncoding: string
  /** Lower-case hex SHA-256 of the body as it is sent, compressed if it is. */
  readonly bodySha256: string
}

export function textToSign(parts: SignedParts): string {
  const { method, target, keyId, timestamp, nonce } = parts
  const { idempotencyKey, contentType, contentEncoding, bodySha256 } = parts
  return [
    hmacScheme,
    method,
    target,
    keyId,
    timestamp,
    nonce,
    idempotencyKey,
    contentType,
    contentEncoding,
    bodySha256,
  ].join('\n')
}

export interface HmacHeader {
  readonly keyId: string
  readonly timestamp: string
  readonly nonce: string
  readonly bodySha256: string
  readonly signature: string
}

const shape = new RegExp(
  `^${hmacScheme} +keyId=([a-z0-9]{12}), *timestamp=(\\d{1,15}), *nonce=([A-Za-z0-9_-]{16,64}), *` +
    'sha256=([0-9a-f]{64}), *signature=([0-9a-f]{64})$',
)

/** Null where the header is not of that form. */
export function parseHmacHeader(header: string): HmacHeader | null {
  const match = shape.exec(header)
  if (match === null) return null
  const [, keyId = '', timestamp = '', nonce = '', bodySha256 = '', signature = ''] = match
  return { keyId, timestamp, nonce, bodySha256, signature }
}

export function formatHmacHeader(header: HmacHeader): string {
  const { keyId, timestamp, nonce, bodySha256, signature } = header
  return `${hmacScheme} keyId=${keyId}, timestamp=${timestamp}, nonce=${nonce}, sha256=${bodySha256}, signature=${signature}`
}
