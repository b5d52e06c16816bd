import { accessFlags, accessHelp, readAccess, type ServerAccess } from '../access/server-access.ts'
import type { FlagKind, Flags } from './flags.ts'
import { UsageError } from './flags.ts'

/** Options of every command that asks a server about events. */
export const eventFlags: Readonly<Record<string, FlagKind>> = {
  url: 'text',
  facility: 'list',
  level: 'list',
  'min-level': 'text',
  event: 'list',
  utc: 'switch',
  local: 'switch',
  format: 'text',
  ...accessFlags,
}

export const rangeFlags: Readonly<Record<string, FlagKind>> = {
  from: 'text',
  to: 'text',
  clock: 'text',
}

/** Those that are parameters of the API. */
export const selectionNames = [
  'from',
  'to',
  'clock',
  'facility',
  'level',
  'min-level',
  'event',
] as const

/** How they are explained. */
export const eventHelp = `  --facility NAME      only events of this facility; may be given several times
  --level NAME         only events of this level; may be given several times
  --min-level NAME     only events of this level or a more severe one
  --event TEXT         only events with exactly this event string; may be given several times
  --utc, --local       times in UTC or in local time (local), in --format pretty
  --url URL            the server (MINUTEBOOK_URL; http://127.0.0.1:8420)
${accessHelp}`

export const rangeHelp = `  --from TIME          the first moment: RFC 3339, now, or before now: -15m, -2h, -7d (all there is)
  --to TIME            the end, itself not included (no end)
  --clock NAME         timestamp, the events' own time, or received, the server's (timestamp)`

export interface Question {
  /** The server's address, without a path. */
  readonly url: string
  /** The query as it was given, for what is said of its columns. */
  readonly query: string
  readonly parameters: URLSearchParams
  readonly isUtc: boolean
  /** Who asks. */
  readonly access: ServerAccess
}

/** Names of options and of the API's parameters, where they differ. */
const parameterOf: Readonly<Record<string, string>> = { 'min-level': 'minLevel' }

/** What is asked, from the options that `names` lists; words are the query. Throws UsageError. */
export function readQuestion(
  flags: Flags,
  names: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Question {
  const query = flags.words.join(' ')
  const parameters = new URLSearchParams()
  if (query !== '') parameters.set('q', query)
  for (const name of names) {
    for (const value of flags.list(name)) parameters.append(parameterOf[name] ?? name, value)
  }
  if (flags.has('utc') && flags.has('local')) throw new UsageError('--utc or --local, not both')
  const url = readUrl(flags, environment)
  const access = readAccess(flags, environment)
  return { url, query, parameters, isUtc: flags.has('utc'), access }
}

function readUrl(flags: Flags, environment: Readonly<Record<string, string | undefined>>): string {
  const url = flags.text('url') ?? environment['MINUTEBOOK_URL'] ?? 'http://127.0.0.1:8420'
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) return url.replace(/\/+$/, '')
  throw new UsageError(`--url must be an http or https address, not '${url}'`)
}
