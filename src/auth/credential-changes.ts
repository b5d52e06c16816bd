import { dirname } from 'node:path'
import { randomBytes } from 'node:crypto'
import type { Grants } from './contract.ts'
import {
  type Credential,
  type CredentialFileContent,
  type CredentialKind,
  credentialsMax,
} from './credential.ts'
import { CredentialChangeError, whileLocked } from './auth-lock.ts'
import { readCredentials, writeCredentials } from './credential-file.ts'
import { patternProblem, patternsMax } from '../event/facility-pattern.ts'
import { Networks } from './networks.ts'
import { passwordBytesMax, Passwords } from './passwords.ts'
import { makeApiKey, makeKeyId } from './secret.ts'

export interface NewCredential {
  readonly kind: CredentialKind
  readonly name: string
  readonly grants: Grants
  readonly expiresMs: number | null
  readonly networks: readonly string[]
  /** Of a password. */
  readonly password?: string
}

export interface MadeCredential {
  readonly credential: Credential
  /** The API key or the HMAC secret: shown once. Null where the client brought its own. */
  readonly secret: string | null
}

/** Makes one change under the lock; durable when it resolves. Throws CredentialChangeError. */
export function changeCredentials<T>(
  path: string,
  change: (
    content: CredentialFileContent,
  ) => Promise<{ readonly content: CredentialFileContent; readonly result: T }>,
): Promise<T> {
  return whileLocked(dirname(path), async () => {
    const { content, result } = await change(readCredentials(path))
    writeCredentials(path, content)
    return result
  })
}

export function addCredential(
  path: string,
  wanted: NewCredential,
  nowMs: number,
): Promise<MadeCredential> {
  return changeCredentials(path, async (content) => {
    const conflict = conflictOf(content, wanted)
    if (conflict !== '') throw new CredentialChangeError('conflict', conflict)
    const problem = problemOf(wanted)
    if (problem !== '') throw new CredentialChangeError('invalid', problem)
    const result = await make(wanted, nowMs)
    const credentials = [...content.credentials, result.credential]
    return { content: { ...content, credentials }, result }
  })
}

/** From now on it is refused, and so are the tokens made with it. It stays listed. */
export function revokeCredential(path: string, name: string, nowMs: number): Promise<Credential> {
  return changeCredentials(path, async (content) => {
    const found = findNamed(content, name)
    const result = { ...found, revokedMs: found.revokedMs ?? nowMs }
    return { content: replaced(content, result), result }
  })
}

/** A new secret for the same name and grants; the old one ends at once. */
export function rotateCredential(
  path: string,
  name: string,
  nowMs: number,
  password?: string,
): Promise<MadeCredential> {
  return changeCredentials(path, async (content) => {
    const found = findNamed(content, name)
    if (found.revokedMs !== null) {
      throw new CredentialChangeError('conflict', `${name} is revoked; add another`)
    }
    if (found.kind === 'password') checkPassword(password)
    const { kind, grants, expiresMs, networks } = found
    const wanted = { kind, name, grants, expiresMs, networks }
    const result = await make(password === undefined ? wanted : { ...wanted, password }, nowMs)
    return { content: replaced(content, result.credential), result }
  })
}

/** Takes a credential out of the file for good: its name may be given again. */
export function removeCredential(path: string, name: string): Promise<Credential> {
  return changeCredentials(path, async (content) => {
    const result = findNamed(content, name)
    const credentials = content.credentials.filter((each) => each.name !== name)
    return { content: { ...content, credentials }, result }
  })
}

/** The token is refused from now on; those whose time is over are forgotten on the way. */
export function revokeToken(
  path: string,
  token: { readonly id: string; readonly expiresMs: number },
  nowMs: number,
): Promise<void> {
  return changeCredentials(path, async (content) => {
    const kept = content.revokedTokens.filter(({ id, expiresMs }) => {
      return expiresMs > nowMs && id !== token.id
    })
    if (kept.length >= credentialsMax) {
      throw new CredentialChangeError(
        'conflict',
        'too many tokens are revoked: rotate the signing key, and end all tokens with it',
      )
    }
    return { content: { ...content, revokedTokens: [...kept, { ...token }] }, result: undefined }
  })
}

function conflictOf({ credentials }: CredentialFileContent, { name }: NewCredential): string {
  if (credentials.some((each) => each.name === name)) return `there is a ${name} already`
  return credentials.length >= credentialsMax ? `there are ${credentialsMax} already` : ''
}

function problemOf(wanted: NewCredential): string {
  const { name, grants, networks, kind, password } = wanted
  if (!/^[A-Za-z0-9._@-]{1,64}$/.test(name)) {
    return `the name '${name}' is not 1 to 64 letters, digits, '.', '_', '@' or '-'`
  }
  if (name === 'anonymous') return 'the name anonymous is what requests without a credential have'
  if (grants.write === null && grants.read === null && !grants.admin) return 'it has no scope'
  for (const patterns of [grants.write, grants.read]) {
    if (patterns === null || patterns === 'all') continue
    if (patterns.length > patternsMax) return `at most ${patternsMax} patterns of facilities`
    const bad = patterns.map(patternProblem).find((problem) => problem !== '')
    if (bad !== undefined) return bad
  }
  const weakness = kind === 'password' ? passwordProblem(password) : ''
  if (weakness !== '') return weakness
  try {
    void new Networks(networks)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function passwordProblem(password = ''): string {
  if (password.length < 8) return 'a password has 8 characters or more'
  return Buffer.byteLength(password) > passwordBytesMax
    ? `a password has at most ${passwordBytesMax} bytes`
    : ''
}

function checkPassword(password: string | undefined): void {
  const problem = passwordProblem(password)
  if (problem !== '') throw new CredentialChangeError('invalid', problem)
}

async function make(wanted: NewCredential, nowMs: number): Promise<MadeCredential> {
  const { kind, name, expiresMs } = wanted
  const common = {
    name,
    grants: copyOf(wanted.grants),
    createdMs: nowMs,
    expiresMs,
    revokedMs: null,
    networks: [...wanted.networks],
  }
  switch (kind) {
    case 'api-key': {
      const { id, key, sha256 } = makeApiKey(randomBytes)
      return { credential: { kind, id, sha256, ...common }, secret: key }
    }
    case 'hmac': {
      const secret = randomBytes(32).toString('base64url')
      return { credential: { kind, id: makeKeyId(randomBytes), secret, ...common }, secret }
    }
    case 'password': {
      const hash = await Passwords.hash(wanted.password ?? '')
      return { credential: { kind, hash, ...common }, secret: null }
    }
  }
}

function copyOf({ write, read, admin }: Grants) {
  return { write: copyOfPatterns(write), read: copyOfPatterns(read), admin }
}

function copyOfPatterns(patterns: Grants['read']): string[] | 'all' | null {
  return patterns === null || patterns === 'all' ? patterns : [...patterns]
}

function findNamed(content: CredentialFileContent, name: string): Credential {
  const found = content.credentials.find((each) => each.name === name)
  if (found === undefined)
    throw new CredentialChangeError('not-found', `there is no credential ${name}`)
  return found
}

function replaced(content: CredentialFileContent, credential: Credential): CredentialFileContent {
  const credentials = content.credentials.map((each) => {
    return each.name === credential.name ? credential : each
  })
  return { ...content, credentials }
}
