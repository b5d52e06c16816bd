import type { Grants } from '../../src/auth/contract.ts'
import { addCredential } from '../../src/auth/credential-changes.ts'
import { credentialPath } from '../../src/auth/credential-path.ts'

/** Adds an API key to a data directory, whether a server uses it or not. Resolves with its secret. */
export async function addKey(data: string, name: string, grants: Partial<Grants>): Promise<string> {
  const { secret } = await addCredential(
    credentialPath(data),
    {
      kind: 'api-key',
      name,
      grants: { write: null, read: null, admin: false, ...grants },
      expiresMs: null,
      networks: [],
    },
    0,
  )
  if (secret === null) throw new Error('an API key has a secret')
  return secret
}
