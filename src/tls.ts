import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from 'pino'
import { type Config, ConfigError } from './config.ts'
import type { TlsSetup } from './http/tls-setup.ts'

/** How often it is looked whether the certificate's files have changed, and whether it ends soon. */
const lookEveryMs = 1_000
const dueEveryMs = 86_400_000

/**
 * The certificate to show: the given one, or one of the server's own, made when there is none. Null: plain
 * HTTP. Throws ConfigError. Loaded only with --tls.
 */
export async function openTls(
  config: Config,
  log: Logger,
  nowMs: number,
): Promise<TlsSetup | null> {
  checkOptions(config)
  if (!config.tls) return null
  const { factsOf } = await import('./auth/tls/certificate-maker.ts')
  const { authorityOf, ownServerPair } = await import('./auth/tls/tls-files.ts')
  const wantsClients = config.tlsClients === 'required' || config.tlsClientPort > 0
  const clientCa =
    config.tlsCa === ''
      ? wantsClients
        ? (await authorityOf(config.data, nowMs)).certificate
        : ''
      : readPem(config.tlsCa)
  const pair =
    config.tlsCert === ''
      ? await ownServerPair(config.data, namesOf(config), nowMs)
      : { certificate: readPem(config.tlsCert), key: readPem(config.tlsKey) }
  const facts = await factsOf(pair.certificate).catch(() => {
    throw new ConfigError(`--tls-cert ${config.tlsCert} holds no certificate`)
  })
  checkPair(pair, config)
  const { fingerprint, names, notAfterMs } = facts
  const until = new Date(notAfterMs).toISOString()
  log.info({ fingerprint, names, until }, 'HTTPS, with this SHA-256 fingerprint to pin')
  return {
    ...pair,
    facts,
    clientCa,
    areClientsRequired: config.tlsClients === 'required',
    clientPort: config.tlsClientPort === 0 ? null : config.tlsClientPort,
  }
}

/** A listener that was given what does not fit together would not come up again. */
function checkPair(
  { certificate, key }: { certificate: string; key: string },
  config: Config,
): void {
  const isKey = ((): boolean => {
    try {
      return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
    } catch {
      return false
    }
  })()
  if (isKey) return
  throw new ConfigError(`--tls-key ${config.tlsKey} is not the key of the certificate`)
}

function checkOptions(config: Config): void {
  const { tls, tlsCert, tlsKey, tlsClients, tlsClientPort, tlsCa, tlsHost } = config
  if ((tlsCert === '') !== (tlsKey === '')) {
    throw new ConfigError('--tls-cert and --tls-key belong together')
  }
  const given = [tlsCert, tlsCa, tlsHost].some((text) => text !== '') || tlsClientPort > 0
  if (!tls && (given || tlsClients !== 'any')) {
    throw new ConfigError('the options --tls-… need --tls')
  }
}

function namesOf({ host, tlsHost }: Config): string[] {
  const given = tlsHost.split(',').map((name) => name.trim())
  const isAny = host === '0.0.0.0' || host === '::'
  const names = ['localhost', '127.0.0.1', '::1', ...(isAny ? [] : [host]), ...given]
  return [...new Set(names.filter((name) => name !== ''))]
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError(`${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

export interface TlsWatch {
  readonly nowMs: () => number
  /** `changed`: the files have been replaced. `due`: a day has passed, and an own one may end soon. */
  readonly renew: (why: 'changed' | 'due') => Promise<void>
  readonly everyMs?: number
}

/** Calls `renew` when the certificate may have to be another one. */
export function watchTls(config: Config, watch: TlsWatch): Disposable {
  const { nowMs, renew, everyMs = lookEveryMs } = watch
  const paths =
    config.tlsCert === ''
      ? [join(config.data, 'tls', 'server.pem')]
      : [config.tlsCert, config.tlsKey, ...(config.tlsCa === '' ? [] : [config.tlsCa])]
  let seen = stampOf(paths)
  let dueMs = nowMs() + dueEveryMs
  const timer = setInterval(() => {
    const now = stampOf(paths)
    const isChanged = now !== seen
    if (!isChanged && nowMs() < dueMs) return
    seen = now
    dueMs = nowMs() + dueEveryMs
    void renew(isChanged ? 'changed' : 'due')
  }, everyMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

function stampOf(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const stat = statSync(path, { throwIfNoEntry: false })
      return stat === undefined ? '' : `${stat.ino}-${stat.mtimeMs}`
    })
    .join(' ')
}
