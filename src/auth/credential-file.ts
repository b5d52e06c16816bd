import * as fs from 'node:fs'
import { Value } from '@sinclair/typebox/value'
import { type CredentialFileContent, credentialFileSchema } from './credential.ts'
import { replaceFile } from './written-file.ts'

/*
 * `<data>/auth/credentials.json`, mode 600, in a directory of mode 700. Always replaced as a whole: a new
 * file, synced, renamed over the old one, the directory synced. Whoever changes it holds the lock file.
 */

export const credentialFileVersion = 1

export const emptyCredentials: CredentialFileContent = {
  version: credentialFileVersion,
  credentials: [],
  revokedTokens: [],
}

/** The file cannot be taken as it is; nothing is admitted by guesswork. */
export class CredentialFileError extends Error {
  constructor(path: string, detail: string) {
    super(`${path}: ${detail}`)
    this.name = 'CredentialFileError'
  }
}

/** No file is no credential. Throws CredentialFileError. */
export function readCredentials(path: string): CredentialFileContent {
  let text: string
  try {
    text = readPrivate(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return emptyCredentials
    throw error
  }
  return parseCredentials(path, text)
}

/** Throws CredentialFileError for a file of secrets that others may read, and what the system says. */
export function readPrivate(path: string): string {
  const mode = fs.statSync(path).mode & 0o777
  if ((mode & 0o077) !== 0) {
    const octal = mode.toString(8).padStart(3, '0')
    throw new CredentialFileError(path, `others may read it (mode ${octal}); chmod 600 it`)
  }
  return fs.readFileSync(path, 'utf8')
}

function parseCredentials(path: string, text: string): CredentialFileContent {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new CredentialFileError(path, error instanceof Error ? error.message : 'no JSON')
  }
  if (Value.Check(credentialFileSchema, value)) return value
  const first = Value.Errors(credentialFileSchema, value).First()
  throw new CredentialFileError(
    path,
    `${first?.path ?? '/'}: ${first?.message ?? 'not as expected'}`,
  )
}

/** Durable when it returns. */
export function writeCredentials(path: string, content: CredentialFileContent): void {
  replaceFile(path, `${JSON.stringify(content, null, 2)}\n`)
}
