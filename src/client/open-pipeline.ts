import { resolve } from 'node:path'
import { tellOnStderr } from './console-problem.ts'
import { DirectSink, type Fallback } from './direct/direct-sink.ts'
import { Poster } from './direct/post.ts'
import { SpoolFallback, usualFallback } from './direct/spool-fallback.ts'
import { compileRedaction } from './encode/redaction.ts'
import { processExit } from './exit-hooks.ts'
import { LevelGate, numberOfLevel } from './level-gate.ts'
import type { DirectLoggerOptions, LoggerOptions, SpoolLoggerOptions } from './options.ts'
import { checkCommon, checkDirect, checkLevel, countOption, readUrl } from './options.ts'
import { Pipeline } from './pipeline.ts'
import { makeProducer } from './producer.ts'
import type { OnProblem, Sink } from './sink.ts'
import { SpoolSink } from './spool/spool-sink.ts'

/** In bytes, events and milliseconds, as the options of the same names. */
const defaults = {
  batchEventsMax: 2_000,
  batchBytesMax: 512 * 1024,
  batchAgeMs: 500,
  memoryBytesMax: 16 * 1024 * 1024,
  timeoutMs: 15_000,
  exitFlushMs: 120,
  fallbackBytesMax: 64 * 1024 * 1024,
  syncEveryMs: 1_000,
  segmentBytesMax: 8 * 1024 * 1024,
  segmentAgeMs: 60_000,
  spoolBytesMax: 1024 * 1024 * 1024,
  blockMsMax: 1_000,
} as const

/** What both modes need of the world. */
interface Surroundings {
  readonly producer: string
  readonly onProblem: OnProblem
  readonly reportDrops: (counts: Readonly<Record<string, number>>) => void
}

const warn = 4

/** Throws TypeError when an option is wrong. */
export function openPipeline(options: LoggerOptions): Pipeline {
  checkCommon(options)
  const exitFlushMs = options.url === undefined ? undefined : options.exitFlushMs
  const pipeline = new Pipeline({
    facility: options.facility,
    gate: new LevelGate(options.level ?? 'info'),
    redaction: compileRedaction(options.redact ?? []),
    nowMs: Date.now,
    exit: processExit,
    exitFlushMs: countOption('exitFlushMs', exitFlushMs, defaults.exitFlushMs),
  })
  const around: Surroundings = {
    producer: makeProducer(),
    onProblem: quietly(options.onProblem ?? tellOnStderr(Date.now)),
    reportDrops: (counts) => pipeline.report(warn, 'log events dropped', counts),
  }
  pipeline.attach(
    options.url === undefined ? spoolSink(options, around) : directSink(options, around),
  )
  return pipeline
}

function directSink(options: DirectLoggerOptions, around: Surroundings): Sink {
  const url = readUrl(options.url)
  checkDirect(options)
  return new DirectSink({
    ...around,
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
    fallback: fallbackOf(options, url, around),
  })
}

function fallbackOf(
  options: DirectLoggerOptions,
  url: URL,
  { producer, onProblem }: Surroundings,
): Fallback | null {
  if (options.fallback === false) return null
  return new SpoolFallback({
    directory: resolve(options.fallback ?? usualFallback(url, options.facility)),
    facility: options.facility,
    producer,
    bytesMax: countOption('fallbackBytesMax', options.fallbackBytesMax, defaults.fallbackBytesMax),
    nowMs: Date.now,
    onProblem,
  })
}

function spoolSink(options: SpoolLoggerOptions, around: Surroundings): Sink {
  if (typeof options.spool !== 'string' || options.spool === '') {
    throw new TypeError('a logger needs a url (direct mode) or a spool (a directory)')
  }
  checkLevel('syncLevel', options.syncLevel)
  const count = (name: keyof typeof defaults & keyof SpoolLoggerOptions): number =>
    countOption(name, options[name], defaults[name])
  return new SpoolSink({
    ...around,
    directory: resolve(options.spool),
    facility: options.facility,
    segmentBytesMax: count('segmentBytesMax'),
    segmentAgeMs: count('segmentAgeMs'),
    spoolBytesMax: count('spoolBytesMax'),
    policy: options.overflow ?? 'drop-oldest',
    blockMsMax: count('blockMsMax'),
    syncEveryMs: count('syncEveryMs'),
    syncLevelMax: numberOfLevel(options.syncLevel ?? 'error'),
    nowMs: Date.now,
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
