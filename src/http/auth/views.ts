import type { ListedToken } from '../../auth/administration.ts'
import { type Grants, scopes } from '../../auth/contract.ts'
import type { Credential } from '../../auth/credential.ts'
import { isValidAt } from '../../auth/is-valid-at.ts'
import { mayDo } from '../../auth/may-do.ts'
import { formatTimestamp } from '../../event/time.ts'

/* What answers and the audit trail show of rights, credentials and tokens: never a secret, nor its hash. */

/** What somebody may do. */
export function grantsView(grants: Grants) {
  const { write, read } = grants
  return {
    scopes: scopes.filter((scope) => mayDo(grants, scope)),
    facilities: { write, read },
  }
}

export const timeView = (ms: number | null): string | null =>
  ms === null ? null : formatTimestamp(ms)

export function credentialView(credential: Credential, nowMs: number) {
  const { name, kind, grants, networks, createdMs, expiresMs, revokedMs } = credential
  return {
    name,
    kind,
    id: 'id' in credential ? credential.id : null,
    state: stateOf(credential, nowMs),
    ...grantsView(grants),
    networks,
    created: timeView(createdMs),
    expires: timeView(expiresMs),
    revoked: timeView(revokedMs),
  }
}

/** As the audit trail keeps it. */
export function auditedCredential({ name, kind, grants, networks, expiresMs }: Credential) {
  return { name, kind, ...grantsView(grants), networks, expires: timeView(expiresMs) }
}

export function tokenView({ id, name, grants, issuedMs, expiresMs, state }: ListedToken) {
  const times = { issued: timeView(issuedMs), expires: timeView(expiresMs) }
  return { id, name, state, ...grantsView(grants), ...times }
}

function stateOf(credential: Credential, nowMs: number): 'valid' | 'expired' | 'revoked' {
  if (isValidAt(credential, nowMs)) return 'valid'
  return credential.revokedMs === null ? 'expired' : 'revoked'
}
