import { accessOptions } from './access-options.ts'
import { defaultLimits, widestLimits } from './event/limits.ts'
import {
  list,
  number,
  type NumberOption,
  type Option,
  text,
  type TextOption,
  toggle,
} from './option.ts'

/*
 * Every option of `minutebook serve`. Each is a flag and an environment variable of the same name:
 * `--ring-bytes` and MINUTEBOOK_RING_BYTES. A flag wins over the environment.
 */

const KiB = 1024
const MiB = 1024 * KiB
const GiB = 1024 * MiB

export const options = {
  host: text(
    '127.0.0.1',
    'address to listen on; other than loopback only with a credential, or --insecure',
  ),
  port: number(8420, [0, 65_535], 'port', 'TCP port; 0 takes a free one and prints it'),
  data: text('./data', 'directory of the journal and the book'),
  insecure: toggle('serve anonymous requests on an address that others can reach'),
  acceptClock: toggle('start although the book is more than 10 minutes ahead of the clock'),
  logLevel: text('info', "the server's own log on standard error", [
    'trace',
    'debug',
    'info',
    'warn',
    'error',
    'fatal',
    'silent',
  ]),

  ...accessOptions,

  retainDays: number(30, [0, 36_500], 'days', 'pages older than this are dropped; 0 keeps all'),
  retainBytes: number(
    0,
    [0, 2 ** 50],
    'bytes',
    'the oldest pages are dropped while the book is larger; 0 sets no bound',
  ),
  retainFacility: list(
    'NAME=7d,…: events of these facilities (* stands for any characters) are removed from their pages after so many days',
  ),
  retainLevel: list(
    'NAME=3d,…: events of these levels are removed from their pages after so many days',
  ),
  diskReserveBytes: number(
    64 * MiB,
    [0, 2 ** 40],
    'bytes',
    'free space below which batches are refused, so that pages can still be written',
  ),

  facilityBytesMax: number(
    defaultLimits.facilityBytesMax,
    [1, widestLimits.facilityBytesMax],
    'bytes',
    "an event's facility, as UTF-8",
  ),
  eventNameBytesMax: number(
    defaultLimits.eventNameBytesMax,
    [1, widestLimits.eventNameBytesMax],
    'bytes',
    "an event's event string, as UTF-8",
  ),
  nameBytesMax: number(
    defaultLimits.nameBytesMax,
    [1, widestLimits.nameBytesMax],
    'bytes',
    'one name in additional, as UTF-8',
  ),
  eventBytesMax: number(
    defaultLimits.eventBytesMax,
    [1 * KiB, widestLimits.eventBytesMax],
    'bytes',
    'one event as it is in the decompressed body',
  ),
  namesMax: number(
    defaultLimits.namesMax,
    [1, widestLimits.namesMax],
    'names',
    'names in additional of one event, nested ones included',
  ),
  nestingMax: number(
    defaultLimits.nestingMax,
    [1, widestLimits.nestingMax],
    'levels',
    'objects and arrays inside each other in additional',
  ),
  batchBytesMax: number(
    defaultLimits.batchBytesMax,
    [64 * KiB, widestLimits.batchBytesMax],
    'bytes',
    'one body, before and after decompression',
  ),
  batchEventsMax: number(
    defaultLimits.batchEventsMax,
    [1, widestLimits.batchEventsMax],
    'events',
    'one batch, refused events included',
  ),
  inFlightBytesMax: number(
    192 * MiB,
    [1 * MiB, 16 * GiB],
    'bytes',
    'bodies held over all requests at once, compressed and decompressed',
  ),

  ringSlots: number(8, [2, 60], 'minutes', 'minutes that may be open or closing at once'),
  ringBytes: number(
    64 * MiB,
    [16 * MiB, 16 * GiB],
    'bytes',
    'memory of blocks not yet in the book, at which batches wait',
  ),
  ringWaitMs: number(5_000, [0, 60_000], 'ms', 'how long a batch waits for room in the ring'),
  blockBytes: number(
    12 * MiB,
    [1 * MiB, 64 * MiB],
    'bytes',
    'texts at which a block is full although it has rows left',
  ),
  blockColumnsMax: number(
    1_024,
    [16, 8_192],
    'columns',
    'columns of a block; members beyond share one',
  ),

  tailsMax: number(64, [0, 1_024], 'tails', 'live tails that may be connected at once'),

  keyWindowHours: number(24, [1, 720], 'hours', 'how long an Idempotency-Key is remembered'),
  keysMax: number(
    1_000_000,
    [1_000, 100_000_000],
    'keys',
    'idempotency keys remembered; the oldest are forgotten first',
  ),
  cataloguePairsMax: number(
    100_000,
    [1_000, 2_000_000],
    'pairs',
    'distinct pairs of facility and event in the catalogue; it says when some are left out',
  ),
  queryThreads: number(2, [1, 64], 'threads', 'threads that answer queries, started when needed'),
  queryConcurrency: number(16, [1, 1_024], 'queries', 'queries under work at once'),
  queryQueue: number(64, [0, 65_536], 'queries', 'queries that may wait for others to end'),
  queryTimeMs: number(
    30_000,
    [10, 3_600_000],
    'ms',
    'time one query may take; of a stream, from one part of it to the next',
  ),
  queryBytes: number(
    64 * GiB,
    [1 * KiB, 2 ** 50],
    'bytes',
    'bytes of pages that one query may look at, as they are stored',
  ),
  queryGroups: number(100_000, [1, 10_000_000], 'groups', 'groups of one statistic'),
  queryMemoryBytes: number(
    256 * MiB,
    [64 * KiB, 64 * GiB],
    'bytes',
    'memory that one query may hold beside the cache',
  ),
  queryCacheBytes: number(
    320 * MiB,
    [0, 1024 * GiB],
    'bytes',
    "memory of the caches of decompressed blocks, of all query threads together; most of it is the first one's",
  ),
  stopTimeoutMs: number(
    30_000,
    [100, 600_000],
    'ms',
    'how long a stop waits for requests under way',
  ),
} as const satisfies Record<string, Option>

export type OptionName = keyof typeof options

type Value<T extends Option> = T['kind'] extends 'number'
  ? number
  : T['kind'] extends 'text'
    ? string
    : boolean

export type Config = { readonly [Name in OptionName]: Value<(typeof options)[Name]> }

export class ConfigError extends Error {}

export const flagOf = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

export const variableOf = (name: string): string =>
  `MINUTEBOOK_${flagOf(name).slice(2).replaceAll('-', '_').toUpperCase()}`

const names = Object.keys(options) as OptionName[] // The keys of a constant object are its names.

/**
 * Reads flags (`--name value`, `--name=value`, `--switch`) and the environment.
 * Throws {@link ConfigError} naming the option, what was given and what is allowed.
 */
export function readConfig(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Config {
  const given = readFlags(args)
  const values = new Map<string, string | number | boolean>()
  for (const name of names) {
    const option: Option = options[name]
    const flag = given.get(name)
    const variable = environment[variableOf(name)]
    const source = flag === undefined ? variableOf(name) : flagOf(name)
    const raw = flag ?? (variable === '' ? undefined : variable)
    values.set(name, raw === undefined ? option.default : parse(option, raw, source))
  }
  return Object.freeze(Object.fromEntries(values)) as Config // Every name was set above, by its kind.
}

function readFlags(args: readonly string[]): Map<string, string> {
  const byFlag = new Map(names.map((name) => [flagOf(name), name]))
  const given = new Map<string, string>()
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? ''
    const [flag = '', inline] = split(arg)
    const name = byFlag.get(flag)
    if (name === undefined)
      throw new ConfigError(`unknown option ${arg}: see minutebook serve --help`)
    if (options[name].kind === 'switch') {
      given.set(name, inline ?? 'true')
      continue
    }
    const value = inline ?? args[++i]
    if (value === undefined) throw new ConfigError(`${flag} wants a value`)
    given.set(name, isList(options[name]) ? joined(given.get(name), value) : value)
  }
  return given
}

const isList = (option: Option): boolean => option.kind === 'text' && option.isList === true

function joined(before: string | undefined, value: string): string {
  return before === undefined ? value : `${before},${value}`
}

function split(arg: string): [string, string | undefined] {
  const at = arg.indexOf('=')
  return at < 0 ? [arg, undefined] : [arg.slice(0, at), arg.slice(at + 1)]
}

function parse(option: Option, raw: string, source: string): string | number | boolean {
  if (option.kind === 'switch') {
    if (raw === 'true' || raw === '1') return true
    if (raw === 'false' || raw === '0') return false
    throw new ConfigError(`${source} is true or false, not ${JSON.stringify(raw)}`)
  }
  if (option.kind === 'text') {
    if (option.values === undefined || option.values.includes(raw)) return raw
    throw new ConfigError(
      `${source} is one of ${option.values.join(', ')}, not ${JSON.stringify(raw)}`,
    )
  }
  const value = /^\d+$/.test(raw) ? Number(raw) : Number.NaN
  if (value >= option.min && value <= option.max) return value
  const unit = option.unit === 'port' ? '' : ` ${option.unit}`
  const range = `${option.min} to ${option.max}${unit}`
  throw new ConfigError(`${source} is a whole number from ${range}, not ${JSON.stringify(raw)}`)
}

/** The options as `--help` prints them. */
export function describeOptions(): string {
  return names
    .map((name) => {
      const option: Option = options[name]
      const unit =
        option.kind === 'number' ? ` <${option.unit}>` : option.kind === 'text' ? ' <text>' : ''
      const standard =
        option.kind === 'switch' ? '' : ` (default ${option.default}${allowed(option)})`
      return `  ${flagOf(name)}${unit}\n      ${option.help}${standard}`
    })
    .join('\n')
}

function allowed(option: NumberOption | TextOption): string {
  if (option.kind === 'number') return `; ${option.min} to ${option.max}`
  return option.values === undefined ? '' : `; one of ${option.values.join(', ')}`
}
