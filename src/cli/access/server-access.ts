import { readFileSync } from 'node:fs'
import { type Auth, checkAuth } from '../../client/direct/auth.ts'
import type { TlsOptions } from '../../client/direct/post.ts'
import { type FlagKind, type Flags, UsageError } from '../ask/flags.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** How a command reaches a server, and as whom. */
export interface ServerAccess {
  /** Sent along with every request. */
  readonly headers: Readonly<Record<string, string>>
  readonly auth: Auth | null
  readonly tls: TlsOptions
}

/** Options of every command that has to say who it is. */
export const accessFlags: Readonly<Record<string, FlagKind>> = {
  header: 'list',
  user: 'text',
  ca: 'text',
  cert: 'text',
  key: 'text',
}

/** How they are explained. */
export const accessHelp = `  --ca FILE            trust this certificate, or authority, for https (MINUTEBOOK_CA)
  --cert FILE --key FILE   a client's certificate and its key (MINUTEBOOK_CERT, MINUTEBOOK_CERT_KEY)
  --user NAME:PASSWORD     HTTP Basic (MINUTEBOOK_USER)
  --header 'NAME: VALUE'   sent along with every request; may be given several times
  MINUTEBOOK_TOKEN     an API key or a token, sent as Authorization: Bearer
  MINUTEBOOK_API_KEY   an API key, sent as X-API-Key
  MINUTEBOOK_HMAC      KEY-ID:SECRET; every request is signed`

/** Throws UsageError for options that cannot be meant, and for files that cannot be read. */
export function readAccess(flags: Flags, environment: Environment): ServerAccess {
  const given = (name: string, variable: string): string | null =>
    flags.text(name) ?? (environment[variable] || null)
  return {
    headers: headersOf(flags.list('header'), environment['MINUTEBOOK_API_KEY'] ?? ''),
    auth: authOf({
      user: given('user', 'MINUTEBOOK_USER'),
      token: environment['MINUTEBOOK_TOKEN'] || null,
      hmac: environment['MINUTEBOOK_HMAC'] || null,
    }),
    tls: tlsOf({
      ca: given('ca', 'MINUTEBOOK_CA'),
      cert: given('cert', 'MINUTEBOOK_CERT'),
      key: given('key', 'MINUTEBOOK_CERT_KEY'),
    }),
  }
}

function headersOf(lines: readonly string[], apiKey: string): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  if (apiKey !== '') headers['x-api-key'] = apiKey
  for (const line of lines) {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\t]*)$/.exec(line)
    const [, name = '', value = ''] = match ?? []
    // A line without a colon may be a secret that someone forgot the name of.
    if (name === '') throw new UsageError(`--header is 'NAME: VALUE'`)
    headers[name.toLowerCase()] = value
  }
  return headers
}

interface Secrets {
  readonly user: string | null
  readonly token: string | null
  readonly hmac: string | null
}

function authOf({ user, token, hmac }: Secrets): Auth | null {
  const ways: Auth[] = []
  if (token !== null) ways.push({ token })
  if (user !== null) {
    const [name, password] = pairOf(user, '--user is NAME:PASSWORD')
    ways.push({ user: name, password })
  }
  if (hmac !== null) {
    const [keyId, secret] = pairOf(hmac, 'MINUTEBOOK_HMAC is KEY-ID:SECRET')
    ways.push({ keyId, secret })
  }
  const [auth = null, another] = ways
  if (another !== undefined) {
    throw new UsageError('one of MINUTEBOOK_TOKEN, --user (MINUTEBOOK_USER) and MINUTEBOOK_HMAC')
  }
  try {
    if (auth !== null) checkAuth(auth)
  } catch {
    throw new UsageError('a token, a name or a key id holds what no header may')
  }
  return auth
}

function pairOf(text: string, usage: string): readonly [string, string] {
  const at = text.indexOf(':')
  if (at < 1) throw new UsageError(usage)
  return [text.slice(0, at), text.slice(at + 1)]
}

interface TlsFiles {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
}

function tlsOf({ ca, cert, key }: TlsFiles): TlsOptions {
  if ((cert === null) !== (key === null)) throw new UsageError('--cert and --key go together')
  return {
    ...(ca === null ? {} : { ca: textOf(ca) }),
    ...(cert === null || key === null ? {} : { cert: textOf(cert), key: textOf(key) }),
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(
      `${path} cannot be read: ${error instanceof Error ? error.message : error}`,
    )
  }
}
