import { existsSync } from 'node:fs'
import type { Credential } from '../auth/credential.ts'
import {
  addCredential,
  type MadeCredential,
  removeCredential,
  revokeCredential,
  rotateCredential,
} from '../auth/credential-changes.ts'
import { CredentialChangeError } from '../auth/auth-lock.ts'
import { CredentialFileError, readCredentials } from '../auth/credential-file.ts'
import { credentialPath } from '../auth/credential-path.ts'
import { SigningKeys } from '../auth/signing-keys.ts'
import { type AuthArguments, readAuthArguments } from './auth/arguments.ts'
import type { Command } from './command.ts'
import { exitCode } from './command.ts'

const help = `Usage: minutebook auth add NAME [options]
       minutebook auth list
       minutebook auth revoke|rotate|remove NAME
       minutebook auth rotate-signing-key [--end-tokens]

Manages who may use the server. A change is in force within a quarter of a second, without a restart. With the
first credential, requests without one are no longer admitted.

  --kind KIND          key (default), password or hmac
  --write FACILITIES   may post events of these: all, or names and patterns (shop-*), comma-separated
  --read FACILITIES    may read events of these
  --admin              may delete, make tokens and manage credentials
  --expires DURATION   such as 90d or 12h; without it, it does not expire
  --network CIDR       may be used from these addresses only; may be repeated
  --data DIR           the data directory (MINUTEBOOK_DATA; ./data)
  --json               print as JSON
  --end-tokens         with a new signing key: every token ends at once

A password is read from standard input, or from MINUTEBOOK_PASSWORD. Keys and HMAC secrets are made here and shown
once. revoke ends a credential and its tokens and keeps its name taken; rotate gives it a new secret; remove
forgets it. rotate-signing-key makes the key that signs tokens from now on. Without any credential left the server
is open on loopback again, and only there.

Exit codes: 0 done, 1 refused, with the reason, 2 wrong usage.`

export const authCommand: Command = {
  help,
  async run(args) {
    let given: AuthArguments
    try {
      given = readAuthArguments(args, process.env['MINUTEBOOK_DATA'] ?? './data')
    } catch (error) {
      process.stderr.write(`minutebook auth: ${messageOf(error)}\n`)
      return exitCode.usage
    }
    try {
      process.stdout.write(await perform(given))
      return exitCode.ok
    } catch (error) {
      const isExpected =
        error instanceof CredentialChangeError || error instanceof CredentialFileError
      if (!isExpected && !(error instanceof Error && 'code' in error)) throw error
      process.stderr.write(`minutebook auth: ${messageOf(error)}\n`)
      return exitCode.failed
    }
  },
}

async function perform(given: AuthArguments): Promise<string> {
  const path = credentialPath(given.data)
  const now = Date.now()
  switch (given.action) {
    case 'list':
      return listed(readCredentials(path).credentials, given.json, now)
    case 'revoke':
      return `${(await revokeCredential(path, given.name, now)).name} is revoked\n`
    case 'rotate-signing-key':
      return rotateSigningKey(given, now)
    case 'remove':
      return `${(await removeCredential(path, given.name)).name} is removed\n`
    case 'rotate':
      return made(
        await rotateCredential(path, given.name, now, await rotatedPassword(given)),
        given,
      )
    case 'add':
      return made(await add(given, path, now), given)
  }
}

async function rotateSigningKey(
  { data, endTokens, json }: AuthArguments,
  now: number,
): Promise<string> {
  const keys = new SigningKeys({
    dataDirectory: data,
    elapsedMs: () => performance.now(),
    onTrouble: () => {},
    onChange: () => {},
  })
  const { id } = await keys.rotate(now, endTokens)
  if (json) return `${JSON.stringify({ id, tokensEnded: endTokens })}\n`
  return `tokens are signed with the key ${id} now${endTokens ? ', and those before have ended' : ''}\n`
}

async function add(given: AuthArguments, path: string, now: number): Promise<MadeCredential> {
  const { kind, name, grants, networks, expiresS } = given
  const password = kind === 'password' ? await readPassword() : null
  return addCredential(
    path,
    {
      kind,
      name,
      grants,
      networks,
      expiresMs: expiresS === null ? null : now + expiresS * 1000,
      ...(password === null ? {} : { password }),
    },
    now,
  )
}

async function rotatedPassword({ data, name }: AuthArguments): Promise<string | undefined> {
  const path = credentialPath(data)
  if (!existsSync(path)) return undefined
  const found = readCredentials(path).credentials.find((each) => each.name === name)
  return found?.kind === 'password' ? readPassword() : undefined
}

async function readPassword(): Promise<string> {
  const given = process.env['MINUTEBOOK_PASSWORD']
  if (given !== undefined) return given
  if (process.stdin.isTTY) process.stderr.write('Password (it is shown as you type): ')
  for await (const line of console) return line
  return ''
}

function made({ credential, secret }: MadeCredential, given: AuthArguments): string {
  const id = 'id' in credential ? credential.id : null
  if (given.json) return `${JSON.stringify({ ...shown(credential, Date.now()), id, secret })}\n`
  const lines = [`${credential.name}: ${rightsOf(credential)}`]
  if (credential.kind === 'hmac') lines.push(`key id  ${credential.id}`)
  if (secret !== null) lines.push(`secret  ${secret}`, 'It is not shown again.')
  return `${lines.join('\n')}\n`
}

function listed(credentials: readonly Credential[], json: boolean, now: number): string {
  if (json) return credentials.map((each) => `${JSON.stringify(shown(each, now))}\n`).join('')
  if (credentials.length === 0) return 'no credential: requests on loopback need none\n'
  const rows = credentials.map((each) => {
    return [each.name, each.kind, stateOf(each, now), rightsOf(each)]
  })
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => (row[i] ?? '').length)))
  return rows
    .map((row) => `${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')}\n`)
    .join('')
}

/** What may be said of a credential: never its secret or hash. */
function shown(credential: Credential, now: number): Record<string, unknown> {
  const { name, kind, grants, networks, createdMs, expiresMs } = credential
  return {
    name,
    kind,
    state: stateOf(credential, now),
    grants,
    networks,
    created: timeText(createdMs),
    expires: timeText(expiresMs),
  }
}

function timeText(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function stateOf({ revokedMs, expiresMs }: Credential, now: number): string {
  if (revokedMs !== null) return 'revoked'
  if (expiresMs === null) return 'valid'
  return now < expiresMs ? `valid until ${new Date(expiresMs).toISOString()}` : 'expired'
}

function rightsOf({ grants, networks }: Credential): string {
  const rights: string[] = []
  for (const scope of ['write', 'read'] as const) {
    const patterns = grants[scope]
    if (patterns !== null)
      rights.push(`${scope} ${patterns === 'all' ? 'all' : patterns.join(',')}`)
  }
  if (grants.admin) rights.push('admin')
  return networks.length === 0
    ? rights.join(', ')
    : `${rights.join(', ')}, from ${networks.join(', ')}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
