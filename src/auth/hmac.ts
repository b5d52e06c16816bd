import { createHmac } from 'node:crypto'
import type { RequestFacts } from './contract.ts'
import type { CredentialOf } from './credential.ts'
import { parseHmacHeader, type SignedParts, textToSign } from './hmac-text.ts'
import type { NonceLog } from './nonce-log.ts'
import { equalHex } from './secret.ts'

export interface HmacCheck {
  readonly nowMs: number
  /** How far a timestamp may lie from the server's clock, either way. */
  readonly windowMs: number
  readonly nonces: NonceLog
  find(keyId: string): CredentialOf<'hmac'> | null
}

export type HmacOutcome =
  | { readonly ok: true; readonly credential: CredentialOf<'hmac'>; readonly bodySha256: string }
  /** `invalid`: the key, the signature or the form. The others only once the signature is right. */
  | {
      readonly ok: false
      readonly why: 'invalid' | 'outside-window' | 'replayed' | 'too-many'
      /** Of the credential that the key names; null: there is none. */
      readonly name: string | null
    }

/** A secret nobody has: an unknown key costs what a known one does. */
const noSecret = 'A'.repeat(43)

/** Checks all but the body, whose digest is signed and to be compared once it has come. */
export function checkHmac(facts: RequestFacts, header: string, check: HmacCheck): HmacOutcome {
  const parsed = parseHmacHeader(header)
  if (parsed === null) return { ok: false, why: 'invalid', name: null }
  const credential = check.find(parsed.keyId)
  const expected = signatureOf(partsOf(facts, parsed), credential?.secret ?? noSecret)
  if (!equalHex(expected, parsed.signature) || credential === null) {
    return { ok: false, why: 'invalid', name: credential?.name ?? null }
  }
  const { name } = credential
  const timestamp = Number(parsed.timestamp)
  const isNear = Math.abs(timestamp - check.nowMs) <= check.windowMs
  if (!isNear || timestamp < check.nonces.floorMs) return { ok: false, why: 'outside-window', name }
  const untilMs = timestamp + check.windowMs + 1000
  const fresh = check.nonces.add(parsed.keyId, parsed.nonce, untilMs)
  if (fresh === null) return { ok: false, why: 'too-many', name }
  if (!fresh) return { ok: false, why: 'replayed', name }
  return { ok: true, credential, bodySha256: parsed.bodySha256 }
}

export function signatureOf(parts: SignedParts, secret: string): string {
  return createHmac('sha256', secret).update(textToSign(parts)).digest('hex')
}

function partsOf(
  { method, target, headers }: RequestFacts,
  parsed: Pick<SignedParts, 'keyId' | 'timestamp' | 'nonce' | 'bodySha256'>,
): SignedParts {
  return {
    method,
    target,
    keyId: parsed.keyId,
    timestamp: parsed.timestamp,
    nonce: parsed.nonce,
    idempotencyKey: headers.get('idempotency-key') ?? '',
    contentType: headers.get('content-type') ?? '',
    contentEncoding: headers.get('content-encoding') ?? '',
    bodySha256: parsed.bodySha256,
  }
}
