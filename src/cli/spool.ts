import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { unpackMultiple } from 'msgpackr'
import type { DeadLetter } from '../client/forwarder/dead-letters.ts'
import { type ProducerBacklog, reportSpool } from '../client/forwarder/spool-report.ts'
import { accessFlags, accessHelp, readAccess } from './access/server-access.ts'
import { readFlags, UsageError } from './ask/flags.ts'
import { type Column, tableText } from './ask/table-text.ts'
import { printable } from './ask/terminal.ts'
import { type Command, exitCode } from './command.ts'
import { type ServerAccount, serverAccounts } from './forward/server-accounts.ts'

const help = `Usage: minutebook spool DIR [options]

Shows what a spool holds: who has left events there, how many, since when, what was set aside, and
whether a forwarder is at work. Nothing is changed.

  --url URL            what the server has of each producer, too (not asked unless given)
  --dead-letters       the events that the server refused, with the reasons, as lines of JSON
  --json               the report as one document of JSON
${accessHelp}

Exit codes: 0 shown, 1 it cannot be read or the server does not answer, 2 wrong usage.`

export const spoolCommand: Command = {
  help,
  async run(args) {
    try {
      process.stdout.write(await show(args))
      return exitCode.ok
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      process.stderr.write(`minutebook spool: ${message}\n`)
      return error instanceof UsageError ? exitCode.usage : exitCode.failed
    }
  },
}

async function show(args: readonly string[]): Promise<string> {
  const flags = readFlags(args, {
    url: 'text',
    ...accessFlags,
    json: 'switch',
    'dead-letters': 'switch',
  })
  const [word, another] = flags.words
  if (word === undefined || another !== undefined) throw new UsageError('one DIR is wanted')
  const directory = resolve(word)
  if (!existsSync(directory)) throw new Error(`${directory} does not exist`)
  const report = reportSpool(directory)
  if (flags.has('dead-letters')) {
    return report.deadLetters.map((letter) => `${JSON.stringify(readable(letter))}\n`).join('')
  }
  const access = readAccess(flags, process.env)
  const url = flags.text('url')
  const names = report.producers.map(({ producer }) => producer)
  const accounts = url === null ? null : await serverAccounts(url, access, names)
  const producers = report.producers.map((backlog) => lineOf(backlog, accounts))
  const whole: Shown = {
    forwarder: forwarderOf(directory),
    producers,
    waiting: producers.reduce((sum, { waiting, events }) => sum + (waiting ?? events), 0),
    corrupt: report.corrupt,
    deadLetters: report.deadLetters.length,
  }
  return flags.has('json') ? `${JSON.stringify(whole)}\n` : textOf(whole, accounts !== null)
}

type ProducerLine = ReturnType<typeof lineOf>

interface Shown {
  /** The process that forwards; null: none does. */
  readonly forwarder: number | null
  readonly producers: readonly ProducerLine[]
  readonly waiting: number
  readonly corrupt: readonly string[]
  readonly deadLetters: number
}

function lineOf(backlog: ProducerBacklog, accounts: ReadonlyMap<string, ServerAccount> | null) {
  const { oldestMs, ...rest } = backlog
  const account = accounts?.get(backlog.producer)
  const watermark = account?.watermark ?? 0
  return {
    ...rest,
    oldest: oldestMs === null ? null : new Date(oldestMs).toISOString(),
    /** Events that the server does not have; null: it was not asked. */
    waiting: accounts === null ? null : Math.min(rest.events, Math.max(0, rest.last - watermark)),
    /** Numbers that the server misses; null: it was not asked. */
    missing: accounts === null ? null : (account?.missing ?? 0),
  }
}

const ownColumns: readonly Column[] = [
  { name: 'producer', isNumber: false },
  { name: 'facility', isNumber: false },
  { name: 'pid', isNumber: true },
  { name: 'segments', isNumber: true },
  { name: 'bytes', isNumber: true },
  { name: 'events', isNumber: true },
  { name: 'oldest', isNumber: false },
]
const serverColumns: readonly Column[] = [
  { name: 'waiting', isNumber: true },
  { name: 'missing', isNumber: true },
]

function textOf(shown: Shown, isAsked: boolean): string {
  const columns = isAsked ? [...ownColumns, ...serverColumns] : ownColumns
  const rows = shown.producers.map((line) => [
    line.producer,
    printable(line.facility),
    String(line.pid),
    String(line.segments),
    String(line.bytes),
    String(line.events),
    line.oldest ?? '-',
    ...(isAsked ? [String(line.waiting), String(line.missing)] : []),
  ])
  const { forwarder, deadLetters, corrupt, waiting } = shown
  const what = isAsked ? 'events that the server does not have' : 'events in segments'
  return [
    tableText(columns, rows, (plain) => plain),
    `${waiting} ${what}`,
    forwarder === null ? 'no forwarder is at work' : `process ${forwarder} forwards`,
    `${deadLetters} dead letters, ${corrupt.length} segments set aside`,
    '',
  ].join('\n')
}

/** By the number that it leaves in its lock. */
function forwarderOf(directory: string): number | null {
  try {
    const pid = Number(readFileSync(join(directory, 'lock'), 'utf8'))
    process.kill(pid, 0)
    return pid > 0 ? pid : null
  } catch {
    return null
  }
}

function readable({ body, encoding, ...rest }: DeadLetter): object {
  try {
    const bytes = Buffer.from(body, 'base64')
    const [event] = encoding === 'identity' ? unpackMultiple(bytes) : []
    return { ...rest, event: event ?? null }
  } catch {
    return { ...rest, event: null }
  }
}
