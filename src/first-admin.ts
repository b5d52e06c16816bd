import { readFileSync } from 'node:fs'
import type { Credential } from './auth/credential.ts'
import { credentialPath } from './auth/credential-path.ts'
import { ConfigError } from './config.ts'

/** The first credential of a server that starts where nobody can type a command: in a container. */
export interface FirstAdmin {
  readonly name: string
  readonly password: string
}

type Environment = Readonly<Record<string, string | undefined>>

const variable = 'MINUTEBOOK_ADMIN_PASSWORD'
const nameVariable = 'MINUTEBOOK_ADMIN_NAME'

/**
 * MINUTEBOOK_ADMIN_PASSWORD, or the content of the file that MINUTEBOOK_ADMIN_PASSWORD_FILE names, is the
 * password of MINUTEBOOK_ADMIN_NAME (admin). No flags: others on the machine see those. Null: none is given.
 * Throws ConfigError.
 */
export function readFirstAdmin(environment: Environment): FirstAdmin | null {
  const given = environment[variable]
  const file = environment[`${variable}_FILE`]
  const name = environment[nameVariable] ?? 'admin'
  if (given !== undefined && file !== undefined) {
    throw new ConfigError(`${variable} and ${variable}_FILE are both given: one is enough`)
  }
  if (given !== undefined) return { name, password: given }
  if (file === undefined) return null
  try {
    // Editors and `echo` end a file with a line feed, which is no part of a password.
    return { name, password: readFileSync(file, 'utf8').replace(/\r?\n$/, '') }
  } catch (error) {
    throw new ConfigError(`${variable}_FILE: ${error instanceof Error ? error.message : error}`)
  }
}

/**
 * Adds the first credential, with every scope, unless there is any: from then on credentials are changed by
 * `minutebook auth` and the API alone. Null: there was one. Throws ConfigError.
 */
export async function addFirstAdmin(
  data: string,
  { name, password }: FirstAdmin,
  nowMs: number,
): Promise<Credential | null> {
  const path = credentialPath(data)
  // Loaded only here: a server that has its credentials starts without.
  const { addCredential } = await import('./auth/credential-changes.ts')
  const { readCredentials } = await import('./auth/credential-file.ts')
  try {
    if (readCredentials(path).credentials.length > 0) return null
    const { credential } = await addCredential(
      path,
      {
        kind: 'password',
        name,
        password,
        grants: { write: 'all', read: 'all', admin: true },
        expiresMs: null,
        networks: [],
      },
      nowMs,
    )
    return credential
  } catch (error) {
    throw new ConfigError(`${variable}: ${error instanceof Error ? error.message : error}`)
  }
}
