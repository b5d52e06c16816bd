import type { LevelName } from '../event/level.ts'
import { levelNames } from '../event/level.ts'
import { defaultLimits } from '../event/limits.ts'
import { ownFacility } from '../event/own-facility.ts'
import { type Auth, checkAuth } from './direct/auth.ts'
import type { TlsOptions } from './direct/post.ts'
import type { OnProblem, OverflowPolicy } from './sink.ts'

/** What every logger takes. */
export interface CommonOptions {
  /** What the events come from: a unique name of at most 128 bytes without control characters. */
  readonly facility: string
  /** The least severe level that is logged: `info` by default. */
  readonly level?: LevelName | 'silent'
  /** Fields that every event carries: version, host, region… */
  readonly fields?: object
  /**
   * Paths whose values are replaced by `[redacted]`: `password`, `user.email`, `*.token`, `items.*.card`.
   * `*` stands for any one name or index.
   */
  readonly redact?: readonly string[]
  /** What is done when there is no room: `drop-oldest` by default. See docs/CLIENT.md. */
  readonly overflow?: OverflowPolicy
  /** Told of what goes wrong; by default a line on standard error, each kind at most once a minute. */
  readonly onProblem?: OnProblem
}

/** Sends events from this process's memory to the server. */
export interface DirectLoggerOptions extends CommonOptions {
  /** The server's address, without a path: `https://logs.example:8420`. */
  readonly url: string
  readonly spool?: never
  /** An API key or token, a user and password, an HMAC key, or a function that signs; nothing by default. */
  readonly auth?: Auth
  /** For https: a pinned certificate, and a client's own. */
  readonly tls?: TlsOptions
  /** Events of a batch at most: 2,000. */
  readonly batchEventsMax?: number
  /** Bytes of a batch before compression: 524,288. */
  readonly batchBytesMax?: number
  /** The oldest event of a batch waits so long at most: 500 ms. */
  readonly batchAgeMs?: number
  /** Bytes of all events that wait, encoded: 16,777,216. */
  readonly memoryBytesMax?: number
  /** How long an answer is awaited: 15,000 ms. */
  readonly timeoutMs?: number
  /** How long a process that has nothing else to do waits for its events: 120 ms. */
  readonly exitFlushMs?: number
  /**
   * Where batches go that could not be sent when the process ends; the next start sends them. By default a directory
   * of the system's temporary one that is this user's, server's and facility's own. False for none.
   */
  readonly fallback?: string | false
  /** Bytes that the fallback may hold: 67,108,864. */
  readonly fallbackBytesMax?: number
}

/** Appends events to files that `minutebook forward` sends. */
export interface SpoolLoggerOptions extends CommonOptions {
  /** The spool directory. Any number of processes may share it. */
  readonly spool: string
  readonly url?: never
  /** This level and more severe ones are synced to the disk before the call returns: `error`. */
  readonly syncLevel?: LevelName | 'silent'
  /** Others are synced at the latest after so long: 1,000 ms. */
  readonly syncEveryMs?: number
  /** A larger segment gives way to the next: 8,388,608; at most 268,435,456. */
  readonly segmentBytesMax?: number
  /** An older segment too: 60,000 ms. */
  readonly segmentAgeMs?: number
  /** Bytes of all files of the directory: 1,073,741,824. */
  readonly spoolBytesMax?: number
  /** How long one call waits for room, with the policy `block`: 1,000 ms. */
  readonly blockMsMax?: number
}

/** Direct mode (`url`) or spool mode (`spool`). */
export type LoggerOptions = DirectLoggerOptions | SpoolLoggerOptions

const policies: readonly OverflowPolicy[] = ['drop-oldest', 'drop-lowest-level', 'block']

/** Throws TypeError when something is not as `CommonOptions` says. */
export function checkCommon(options: CommonOptions): void {
  const { facility, level, overflow } = options
  const bytes = typeof facility === 'string' ? Buffer.byteLength(facility) : 0
  const isClean = bytes > 0 && bytes <= defaultLimits.facilityBytesMax && !hasControl(facility)
  if (!isClean) {
    throw new TypeError('facility must be a text of 1 to 128 bytes without control characters')
  }
  if (facility === ownFacility)
    throw new TypeError(`the facility ${ownFacility} is the server's own`)
  checkLevel('level', level)
  if (overflow !== undefined && !policies.includes(overflow)) {
    throw new TypeError(`overflow must be one of ${policies.join(', ')}`)
  }
}

/** Throws TypeError for what is no level. */
export function checkLevel(name: string, level: LevelName | 'silent' | undefined): void {
  if (level === undefined || level === 'silent' || levelNames.includes(level)) return
  throw new TypeError(`${name} must be silent or one of ${levelNames.join(', ')}`)
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true
  return false
}

/** Where events are posted. Throws TypeError for what is no address of a server. */
export function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError(`url must be an http or https address, not '${text}'`)
  }
  // Not shown: it holds a password.
  if (url.username + url.password !== '') {
    throw new TypeError('url must hold no user and password: they go into auth')
  }
  if (url.pathname + url.search + url.hash !== '/') {
    throw new TypeError(`url must be a server's address without a path, not '${text}'`)
  }
  return new URL('/api/v1/eventlog', url)
}

/** Throws TypeError for options of direct mode that are not as they say. */
export function checkDirect({ auth, tls, fallback }: DirectLoggerOptions): void {
  checkAuth(auth)
  if (tls !== undefined && (typeof tls !== 'object' || tls === null)) {
    throw new TypeError('tls must be an object: { ca, cert, key }')
  }
  if (
    fallback !== undefined &&
    fallback !== false &&
    (typeof fallback !== 'string' || fallback === '')
  ) {
    throw new TypeError('fallback must be a directory, or false')
  }
}

/** The longest wait that timers of both runtimes keep: 24 days. */
const waitMsMax = 2 ** 31 - 1
/** Half of what a reader takes for one segment. */
const segmentBytesLimit = 256 * 1024 * 1024

/** A whole number greater than 0, or the usual one. Throws TypeError for anything else. */
export function countOption(name: string, value: number | undefined, usual: number): number {
  if (value === undefined) return usual
  const most = name.endsWith('Ms') || name.endsWith('MsMax') ? waitMsMax : Number.MAX_SAFE_INTEGER
  const max = name === 'segmentBytesMax' ? segmentBytesLimit : most
  if (!Number.isSafeInteger(value) || value <= 0 || value > max) {
    const bound = max === Number.MAX_SAFE_INTEGER ? 'greater than 0' : `from 1 to ${max}`
    throw new TypeError(`${name} must be a whole number ${bound}`)
  }
  return value
}
