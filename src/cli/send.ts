import { stat } from 'node:fs/promises'
import { accessFlags, accessHelp, readAccess } from './access/server-access.ts'
import { type Flags, readFlags, UsageError } from './ask/flags.ts'
import type { Command } from './command.ts'
import { exitCode } from './command.ts'
import type { Batch } from './send/batches.ts'
import { batchesOf } from './send/batches.ts'
import type { PostOptions, PostOutcome } from './send/post-batch.ts'
import { postBatch } from './send/post-batch.ts'
import { ProgressBar } from './send/progress-bar.ts'
import { SplitError } from './send/splitter.ts'

const help = `Usage: minutebook send [options] FILE...

Posts the events of files to a server, in batches. A file holds NDJSON (.ndjson, .jsonl), JSON values
or lists of them (.json), or msgpack maps or lists of them (.msgpack); without such an ending the first
byte tells. '-' is the standard input. Files are read as they are sent, whatever their size.

A second run with the same files and --batch stores nothing twice: each batch has a key made of its
content and its place, which the server remembers for a day (serve --key-window-hours). Busy answers
and network errors are tried again, with growing pauses.

  --url URL            the server (MINUTEBOOK_URL; http://127.0.0.1:8420)
  --batch N            events in a batch, 1 to 200000 (5000)
  --connections N      batches under way at a time, 1 to 64 (2)
  --tries N            tries for each batch, 1 to 100 (10)
  --key-prefix TEXT    put before each idempotency key, up to 64 characters
  --again              store the events even if they were sent before
${accessHelp}

Exit codes: 0 all events are stored, 1 some were rejected or could not be sent, 2 wrong usage.`

/** Bytes of events in a batch, whatever --batch says: far below what the server takes in one body. */
const batchBytesMax = 8 << 20
const reasonsShownMax = 10

interface SendOptions {
  readonly files: readonly string[]
  readonly batch: number
  readonly connections: number
  readonly post: PostOptions
}

/** Sums of the outcomes of all batches. */
interface Totals {
  accepted: number
  duplicates: number
  rejected: number
  failedBatches: number
  readonly reasons: string[]
}

export const sendCommand: Command = {
  help,
  async run(args) {
    let options: SendOptions
    try {
      options = readArguments(args)
    } catch (error) {
      process.stderr.write(`minutebook send: ${messageOf(error)}\n`)
      return exitCode.usage
    }
    const totals = await sendFiles(options)
    printTotals(totals)
    return totals.rejected + totals.failedBatches > 0 ? exitCode.failed : exitCode.ok
  },
}

function readArguments(args: readonly string[]): SendOptions {
  const flags = readFlags(args, {
    url: 'text',
    batch: 'text',
    connections: 'text',
    tries: 'text',
    'key-prefix': 'text',
    again: 'switch',
    ...accessFlags,
  })
  if (flags.words.length === 0) throw new UsageError('no FILE given; see minutebook send --help')
  const keyPrefix = flags.text('key-prefix') ?? ''
  if (!/^[\x21-\x7e]{0,64}$/.test(keyPrefix)) {
    throw new UsageError('--key-prefix takes up to 64 visible ASCII characters')
  }
  const url = flags.text('url') ?? process.env['MINUTEBOOK_URL'] ?? 'http://127.0.0.1:8420'
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    throw new UsageError(`--url must be an http or https address, not '${url}'`)
  }
  return {
    files: flags.words,
    batch: wholeNumber(flags, 'batch', 5_000, 200_000),
    connections: wholeNumber(flags, 'connections', 2, 64),
    post: {
      url: url.replace(/\/+$/, ''),
      access: readAccess(flags, process.env),
      triesMax: wholeNumber(flags, 'tries', 10, 100),
      keyPrefix,
      keySuffix: flags.has('again') ? `-${crypto.randomUUID()}` : '',
      sleep: (ms) => Bun.sleep(ms),
      random: Math.random,
    },
  }
}

function wholeNumber(flags: Flags, name: string, usual: number, max: number): number {
  const text = flags.text(name)
  if (text === null) return usual
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= 1 && value <= max) return value
  throw new UsageError(`--${name} must be a whole number from 1 to ${max}, not '${text}'`)
}

async function sendFiles(options: SendOptions): Promise<Totals> {
  const totals: Totals = { accepted: 0, duplicates: 0, rejected: 0, failedBatches: 0, reasons: [] }
  const write = process.stderr.isTTY ? (text: string) => void process.stderr.write(text) : null
  const bar = new ProgressBar(write, await sizeOf(options.files), () => performance.now())
  const batches = allBatches(options, totals, (bytes) => bar.addBytes(bytes))
  // Each worker asks for the next batch when it has sent its own: no more are in memory than workers.
  const worker = async () => {
    for await (const batch of batches) {
      const outcome = await postBatch(batch, options.post)
      add(totals, outcome)
      bar.addEvents(batch.events.length)
    }
  }
  await Promise.all(Array.from({ length: options.connections }, worker))
  bar.end()
  return totals
}

/** The batches of all files; a file that cannot be read or cut is counted, and the next one follows. */
async function* allBatches(
  options: SendOptions,
  totals: Totals,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Batch> {
  const limits = { eventsMax: options.batch, bytesMax: batchBytesMax }
  for (const file of options.files) {
    try {
      const source = file === '-' ? Bun.stdin : Bun.file(file)
      yield* batchesOf(file, source.stream(), limits, onBytes)
    } catch (error) {
      totals.failedBatches++
      const what = error instanceof SplitError ? 'cannot be read on' : 'cannot be read'
      totals.reasons.push(`${file} ${what}: ${messageOf(error)}`)
    }
  }
}

/** Null when one of them is no regular file. */
async function sizeOf(files: readonly string[]): Promise<number | null> {
  let sum = 0
  for (const file of files) {
    const info = await stat(file).catch(() => null)
    if (info === null || !info.isFile()) return null
    sum += info.size
  }
  return sum
}

function add(totals: Totals, outcome: PostOutcome): void {
  totals.accepted += outcome.accepted
  totals.duplicates += outcome.duplicates
  totals.rejected += outcome.rejected
  if (outcome.failed) totals.failedBatches++
  totals.reasons.push(...outcome.reasons.slice(0, reasonsShownMax - totals.reasons.length))
}

function printTotals(totals: Totals): void {
  for (const reason of totals.reasons.slice(0, reasonsShownMax)) {
    process.stderr.write(`${reason}\n`)
  }
  const counts = `accepted ${totals.accepted}, duplicates ${totals.duplicates}, rejected ${totals.rejected}`
  const failed = totals.failedBatches === 0 ? '' : `, batches not sent ${totals.failedBatches}`
  process.stdout.write(`${counts}${failed}\n`)
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
