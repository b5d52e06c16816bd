import { type Credential, secretOf } from './credential.ts'

export interface CredentialChange {
  readonly kind: 'added' | 'revoked' | 'rotated' | 'removed'
  readonly credential: Credential
}

/** What has happened to credentials between two states of their file. */
export function changesBetween(
  before: readonly Credential[],
  after: readonly Credential[],
): CredentialChange[] {
  const former = new Map(before.map((each) => [each.name, each]))
  const names = new Set(after.map(({ name }) => name))
  const changes: CredentialChange[] = []
  for (const credential of before) {
    if (!names.has(credential.name)) changes.push({ kind: 'removed', credential })
  }
  for (const credential of after) {
    const kind = changeOf(former.get(credential.name), credential)
    if (kind !== null) changes.push({ kind, credential })
  }
  return changes
}

function changeOf(old: Credential | undefined, now: Credential): CredentialChange['kind'] | null {
  if (old === undefined || old.kind !== now.kind) return 'added'
  if (old.revokedMs === null && now.revokedMs !== null) return 'revoked'
  return secretOf(old) === secretOf(now) ? null : 'rotated'
}
