import type { Logger } from 'pino'
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { credentialPath } from './auth/credential-path.ts'
import { WorkerWriter, type WorkerWriterOptions } from './book/worker-writer.ts'
import { NewerBookFormat } from './book/meta-store.ts'
import { type Config, ConfigError } from './config.ts'
import { type DataLock, lockDataDirectory } from './journal/data-lock.ts'
import { NewerJournalFormat } from './journal/recovery.ts'
import type { TimeSource } from './ring/server-clock.ts'
import { StartError, startExit } from './start-error.ts'

/** How far the book may be ahead of the wall clock without --accept-clock. */
export const clockAheadMaxMs = 600_000

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** Makes the data directory, checks that it can be written, and takes the kernel's lock on it. */
export function prepareData(directory: string): DataLock & { readonly ok: true } {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o750 })
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    const remedy = 'give --data a directory that this user may write'
    throw new StartError(
      startExit.dataUnusable,
      `the data directory ${directory} cannot be used: ${messageOf(error)}; ${remedy}`,
    )
  }
  const lock = lockDataDirectory(directory)
  if (lock.ok) return lock
  const holder = lock.holder === '' ? '' : ` (process ${lock.holder})`
  throw new StartError(
    startExit.dataLocked,
    `another server${holder} uses the data directory ${directory}; stop it, or give --data another directory`,
  )
}

/** Opens the book on its own thread. */
export async function openBook(
  config: Config,
  log: Logger,
  events: Pick<WorkerWriterOptions, 'onDeath' | 'onTrouble'>,
): Promise<WorkerWriter> {
  try {
    const book = await WorkerWriter.open({
      ...events,
      directory: `${config.data}/book`,
      cataloguePairsMax: config.cataloguePairsMax,
      onAside: (aside) => log.error({ ...aside }, 'a part of the book was set aside'),
      keys: { windowMs: config.keyWindowHours * 3_600_000, keysMax: config.keysMax },
    })
    for (const aside of book.aside) log.error({ ...aside }, 'a day of the book was set aside')
    return book
  } catch (error) {
    if (!(error instanceof NewerBookFormat)) throw error
    throw new StartError(startExit.newerFormat, error.message)
  }
}

/** Passes a promise on, with a newer format of the journal as the reason not to start. */
export async function orNewerFormat<T>(opening: Promise<T>): Promise<T> {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof NewerJournalFormat)) throw error
    throw new StartError(startExit.newerFormat, error.message)
  }
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|::1)$/

export function isLoopback(host: string): boolean {
  return loopback.test(host)
}

/** Without a credential the server may be reached from this machine only, unless it is told otherwise. */
export function checkAddress(
  { host, insecure, data, tls, tlsClients }: Config,
  willHaveCredential: boolean,
): void {
  const isCertified = tls && tlsClients === 'required'
  if (insecure || isCertified || isLoopback(host)) return
  if (willHaveCredential || existsSync(credentialPath(data))) return
  throw new ConfigError(
    `--host ${host} can be reached from other machines, and no credential is configured: anyone could read and write. Set MINUTEBOOK_ADMIN_PASSWORD, or MINUTEBOOK_ADMIN_PASSWORD_FILE to a file with the password, for a user admin; or make a credential (minutebook auth add NAME --write all --read all --admin --data ${data}), listen on 127.0.0.1, or give --insecure if the network is trusted`,
  )
}

/** Refuses to start when the newest page or batch lies well ahead of the wall clock. */
export function checkClock(floorMs: number, time: TimeSource, accept: boolean): void {
  const aheadMs = floorMs - time.wallMs()
  if (accept || aheadMs <= clockAheadMaxMs) return
  const newest = new Date(floorMs).toISOString()
  const minutes = Math.ceil(aheadMs / 60_000)
  throw new StartError(
    startExit.clockBehind,
    `the book goes up to ${newest}, ${minutes} minutes ahead of this machine's clock; set the clock, or start with --accept-clock to go on from there`,
  )
}
