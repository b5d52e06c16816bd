import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Administration } from './administration.ts'
import { Authenticator } from './authenticator.ts'
import { CredentialStore } from './credential-store.ts'
import type { GateOptions, OpenAuthenticator } from './gate.ts'
import { type AddressRule, clientAddress, Networks } from './networks.ts'
import { NonceLog } from './nonce-log.ts'
import { Passwords } from './passwords.ts'
import { RateLimiter } from './rate-limit.ts'
import { SigningKeys } from './signing-keys.ts'
import { TokenList } from './token-list.ts'

/** Nonces that are known at once: at 1,000 signed submissions a second, those of half an hour. */
const noncesMax = 2_000_000
/** Refused attempts of one address: thirty at once, then five a second. */
const failureLimit = { perSecond: 5, burst: 30 }

const bootIdPath = '/proc/sys/kernel/random/boot_id'

/** `isNew`: there were no credentials when the server started. */
export async function openAuthenticator(
  options: GateOptions,
  isNew: boolean,
): Promise<OpenAuthenticator> {
  const { dataDirectory, rules, nowMs, elapsedMs, onTrouble } = options
  const { onCredentialChange: onChange, onSigningKey } = options
  const store = new CredentialStore({ dataDirectory, elapsedMs, onTrouble, onChange, isNew })
  const rule = (scope: 'write' | 'read' | 'admin'): AddressRule => ({
    allow: new Networks(rules.allow[scope]),
    deny: new Networks(rules.deny[scope]),
  })
  const proxies = new Networks(rules.proxies)
  const addresses = { write: rule('write'), read: rule('read'), admin: rule('admin') }
  const signingKeys = new SigningKeys({
    dataDirectory,
    elapsedMs,
    onTrouble,
    onChange: ({ id }) => onSigningKey(id),
  })
  const tokens = new TokenList(dataDirectory, nowMs())
  const nonces = new NonceLog({
    path: join(dataDirectory, 'auth', 'nonces'),
    // Where the system has none, every start counts as one of the machine.
    bootId: existsSync(bootIdPath) ? readFileSync(bootIdPath, 'utf8').trim() : String(nowMs()),
    nowMs,
    entriesMax: noncesMax,
  })
  const authenticator = new Authenticator({
    store,
    passwords: new Passwords(nowMs),
    tokens: () => signingKeys.verifier,
    nonces,
    nowMs,
    hmacWindowMs: rules.hmacWindowMs,
    addresses,
    perAddress: new RateLimiter(rules.perAddress),
    perPrincipal: new RateLimiter(rules.perPrincipal),
    failures: new RateLimiter(failureLimit),
  })
  return {
    authenticator,
    administration: new Administration({ store, signingKeys, tokens, nowMs }),
    clientAddress: (socket, forwardedFor) => clientAddress(socket, forwardedFor, proxies),
    close: () => nonces[Symbol.dispose](),
  }
}
