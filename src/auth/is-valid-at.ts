import type { Credential } from './credential.ts'

/** Neither revoked nor expired. */
export function isValidAt(credential: Credential, nowMs: number): boolean {
  const { expiresMs, revokedMs } = credential
  return revokedMs === null && (expiresMs === null || nowMs < expiresMs)
}
