import { join } from 'node:path'

/** Where the credentials are; in a file of its own, so that to look for them loads nothing else. */
export function credentialPath(dataDirectory: string): string {
  return join(dataDirectory, 'auth', 'credentials.json')
}
