import type { LevelName } from '../event/level.ts'
import { levelNames } from '../event/level.ts'
import { defaultLimits } from '../event/limits.ts'
import { tellOnStderr } from './console-problem.ts'
import { DirectSink } from './direct/direct-sink.ts'
import { type Auth, Poster, type TlsOptions } from './direct/post.ts'
import { compileRedaction } from './encode/redaction.ts'
import { processExit } from './exit-hooks.ts'
import { LevelGate } from './level-gate.ts'
import { Pipeline } from './pipeline.ts'
import { makeProducer } from './producer.ts'
import type { OnProblem, OverflowPolicy, Sink } from './sink.ts'

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
  /** How long a process that has nothing else to do waits for its events: 120 ms. */
  readonly exitFlushMs?: number
}

/** Sends events from this process's memory to the server. */
export interface DirectLoggerOptions extends CommonOptions {
  /** The server's address, without a path: `https://logs.example:8420`. */
  readonly url: string
  readonly auth?: Auth
  readonly tls?: TlsOptions
  /** Events of a batch at most: 2,000. */
  readonly batchEventsMax?: number
  /** Bytes of a batch before compression: 512 KiB. */
  readonly batchBytesMax?: number
  /** The oldest event of a batch waits so long at most: 500 ms. */
  readonly batchAgeMs?: number
  /** Bytes of all events that wait: 16 MiB. */
  readonly memoryBytesMax?: number
  /** How long an answer is awaited: 15,000 ms. */
  readonly timeoutMs?: number
}

export type LoggerOptions = DirectLoggerOptions

const defaults = {
  batchEventsMax: 2_000,
  batchBytesMax: 512 * 1024,
  batchAgeMs: 500,
  memoryBytesMax: 16 * 1024 * 1024,
  timeoutMs: 15_000,
  exitFlushMs: 120,
}

/** Throws TypeError when an option is wrong. */
export function openPipeline(options: LoggerOptions): Pipeline {
  checkCommon(options)
  const url = readUrl(options.url)
  const pipeline = new Pipeline({
    facility: options.facility,
    gate: new LevelGate(options.level ?? 'info'),
    redaction: compileRedaction(options.redact ?? []),
    nowMs: Date.now,
    exit: processExit,
    exitFlushMs: countOption('exitFlushMs', options.exitFlushMs, defaults.exitFlushMs),
  })
  pipeline.attach(directSink(options, url, pipeline))
  return pipeline
}

function directSink(options: DirectLoggerOptions, url: URL, pipeline: Pipeline): Sink {
  return new DirectSink({
    producer: makeProducer(),
    poster: new Poster({
      url,
      auth: options.auth ?? null,
      tls: options.tls ?? {},
      timeoutMs: countOption('timeoutMs', options.timeoutMs, defaults.timeoutMs),
    }),
    queue: {
      batchEventsMax: countOption(
        'batchEventsMax',
        options.batchEventsMax,
        defaults.batchEventsMax,
      ),
      batchBytesMax: countOption('batchBytesMax', options.batchBytesMax, defaults.batchBytesMax),
      bytesMax: countOption('memoryBytesMax', options.memoryBytesMax, defaults.memoryBytesMax),
      policy: options.overflow ?? 'drop-oldest',
    },
    batchAgeMs: countOption('batchAgeMs', options.batchAgeMs, defaults.batchAgeMs),
    random: Math.random,
    onProblem: quietly(options.onProblem ?? tellOnStderr(Date.now)),
    reportDrops: (counts) => pipeline.report(4, 'log events dropped', counts),
    fallback: null,
  })
}

/** What the application throws while it is told of a problem is its own business. */
function quietly(onProblem: OnProblem): OnProblem {
  return (problem) => {
    try {
      onProblem(problem)
    } catch {
      // Nobody is left to tell.
    }
  }
}

function checkCommon(options: CommonOptions): void {
  const { facility, level } = options
  const bytes = typeof facility === 'string' ? Buffer.byteLength(facility) : 0
  const isClean = bytes > 0 && bytes <= defaultLimits.facilityBytesMax && !hasControl(facility)
  if (!isClean) {
    throw new TypeError('facility must be a text of 1 to 128 bytes without control characters')
  }
  if (level !== undefined && level !== 'silent' && !levelNames.includes(level)) {
    throw new TypeError(`level must be silent or one of ${levelNames.join(', ')}`)
  }
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20) return true
  return false
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL('/api/v1/eventlog', text) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new TypeError(`url must be an http or https address, not '${text}'`)
  }
  return url
}

function countOption(name: string, value: number | undefined, usual: number): number {
  if (value === undefined) return usual
  if (!Number.isSafeInteger(value) || value <= 0) {
    throw new TypeError(`${name} must be a whole number greater than 0`)
  }
  return value
}
