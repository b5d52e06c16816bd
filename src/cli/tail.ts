import { formatEventId } from '../event/event-id.ts'
import { parseTimePoint } from '../query/language/time-expression.ts'
import { Unreachable } from './ask/ask-server.ts'
import { eventText } from './ask/event-text.ts'
import { type FlagKind, type Flags, UsageError } from './ask/flags.ts'
import { eventFlags, eventHelp, type Question } from './ask/question.ts'
import { askingCommand, askingExits, formatFor } from './ask/run-asking.ts'
import { TailConnection } from './ask/tail-connection.ts'
import { painter, type Terminal } from './ask/terminal.ts'
import { TextOutput } from './ask/text-output.ts'

const help = `Usage: minutebook tail [options] [QUERY]

Prints events as they come in, until it is interrupted: minutebook tail 'level>=warn' --facility checkout
When the connection breaks it comes back and goes on behind the last event: none is left out, none comes twice.
Should it be too slow, the server says on standard error how many events it has missed.

  --from TIME          begin with what came in from that minute on: -10m, 2026-11-22T12:34Z (now)
  --after ID           begin behind the event of that id
${eventHelp}
  --fields NAMES       only these members, separated by commas
  --tries N            connections that may fail one after the other, 1 to 1000 (until it is interrupted)
  --format NAME        pretty or ndjson (pretty on a terminal, else ndjson)

NO_COLOR takes the colours away, FORCE_COLOR gives them to a pipe.
${askingExits}`

const flagKinds: Readonly<Record<string, FlagKind>> = {
  ...eventFlags,
  from: 'text',
  after: 'text',
  fields: 'text',
  tries: 'text',
}

/** Options that are parameters of the API as they are. */
const passed = ['facility', 'level', 'min-level', 'event', 'fields']

/** Pauses between tries grow from what the server asks for up to this. */
const pauseMsMax = 30_000

export const tailCommand = askingCommand({
  name: 'tail',
  help,
  flags: flagKinds,
  passed,
  work: runTail,
})

async function runTail(flags: Flags, question: Question, terminal: Terminal): Promise<void> {
  const format = formatFor(flags, terminal, ['pretty', 'ndjson'])
  const { isUtc } = question
  const paint = painter(terminal.hasColour)
  const out = new TextOutput(process.stdout)
  const connection = new TailConnection({
    url: `${question.url}/api/v1/eventqry/tail?${question.parameters}`,
    access: question.access,
    lastId: startOf(flags),
    say: (text) => void process.stderr.write(`minutebook tail: ${text}\n`),
    take: (lines) => {
      const texts =
        format === 'pretty' ? lines.map((line) => eventText(line, { paint, isUtc })) : lines
      return out.write(`${texts.join('\n')}\n`)
    },
  })
  await keepOn(connection, triesOf(flags))
}

/** One connection after the other: each goes on where the one before has ended. */
async function keepOn(connection: TailConnection, triesMax: number): Promise<void> {
  let failures = 0
  for (;;) {
    let pauseMs = connection.retryMs
    try {
      await connection.run()
      failures = 0
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      failures = connection.hasBeenRead ? 1 : failures + 1
      if (failures >= triesMax) throw error
      const askedMs = (error.retryAfterS ?? 0) * 1_000
      pauseMs = Math.max(askedMs, Math.min(pauseMsMax, pauseMs * 2 ** (failures - 1)))
      connection.say(`${error.message}; trying again`)
    }
    // Jitter, so that readers that were cut off together do not come back together.
    await Bun.sleep(pauseMs * (0.75 + Math.random() / 2))
  }
}

/** The position to begin behind; '': with what comes from now on. */
function startOf(flags: Flags): string {
  const after = flags.text('after')
  const from = flags.text('from')
  if (after !== null && from !== null) throw new UsageError('--from or --after, not both')
  if (after !== null) {
    if (/^[0-9a-f]{16}$/.test(after)) return after
    throw new UsageError(`--after is an event's id, 16 hex digits, not '${after}'`)
  }
  if (from === null) return ''
  const point = parseTimePoint(from, Date.now())
  if (point === undefined || point.ms < 60_000) {
    throw new UsageError(`--from is a time such as -10m or 2026-11-22T12:34Z, not '${from}'`)
  }
  const minute = Math.floor(point.ms / 60_000) - 1
  return formatEventId({ minute, part: 0xffff, row: 0xffff })
}

function triesOf(flags: Flags): number {
  const text = flags.text('tries')
  if (text === null) return Number.POSITIVE_INFINITY
  const tries = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (tries >= 1 && tries <= 1_000) return tries
  throw new UsageError(`--tries is a whole number from 1 to 1000, not '${text}'`)
}
