import { askServer, messageOf, Unreachable } from './ask/ask-server.ts'
import { eventText } from './ask/event-text.ts'
import { type FlagKind, type Flags, UsageError } from './ask/flags.ts'
import {
  eventFlags,
  eventHelp,
  type Question,
  rangeFlags,
  rangeHelp,
  selectionNames,
} from './ask/question.ts'
import { askingCommand, askingExits, formatFor } from './ask/run-asking.ts'
import { painter, type Terminal } from './ask/terminal.ts'
import { TextOutput } from './ask/text-output.ts'
import { LineSplitter } from './send/line-splitter.ts'

const help = `Usage: minutebook query [options] [QUERY]

Finds events on closed pages, newest first: minutebook query 'level>=warn "timed out"' --from -1h
docs/QUERY.md describes the query language. Without a QUERY it finds all.

${rangeHelp}
${eventHelp}
  --order NAME         desc, newest first, or asc (desc)
  --limit N            events at most (100 on a terminal, else all)
  --fields NAMES       only these members, separated by commas
  --format NAME        pretty, ndjson or csv (pretty on a terminal, else ndjson)

NO_COLOR takes the colours away, FORCE_COLOR gives them to a pipe.
${askingExits}`

const flagKinds: Readonly<Record<string, FlagKind>> = {
  ...eventFlags,
  ...rangeFlags,
  order: 'text',
  limit: 'text',
  fields: 'text',
}

/** Options that are parameters of the API as they are. */
const passed = [...selectionNames, 'order', 'limit', 'fields']

const terminalLimit = '100'

export const queryCommand = askingCommand({
  name: 'query',
  help,
  flags: flagKinds,
  passed,
  work: runQuery,
})

async function runQuery(flags: Flags, question: Question, terminal: Terminal): Promise<void> {
  const { isTerminal, hasColour } = terminal
  const format = formatFor(flags, terminal, ['pretty', 'ndjson', 'csv'])
  const { parameters, url, isUtc, access } = question
  if (isTerminal && !parameters.has('limit')) parameters.set('limit', terminalLimit)
  const limit = parameters.get('limit')
  if (limit !== null && !/^[1-9]\d{0,8}$/.test(limit)) {
    throw new UsageError(`--limit is a whole number from 1, not '${limit}'`)
  }
  const accept = format === 'csv' ? 'text/csv' : 'application/x-ndjson'
  const response = await askServer(`${url}/api/v1/eventqry/search?${parameters}`, {
    accept,
    access,
  })
  const out = new TextOutput(process.stdout)
  const paint = painter(hasColour)
  const lines = new LineSplitter()
  const pretty = (line: Uint8Array): string =>
    `${eventText(Buffer.from(line).toString(), { paint, isUtc })}\n`
  for await (const bytes of bodyOf(response)) {
    await out.write(format === 'pretty' ? lines.push(bytes).map(pretty).join('') : bytes)
  }
  if (process.stderr.isTTY && response.headers.has('link')) {
    process.stderr.write(`there are more than ${limit}; see --limit\n`)
  }
}

async function* bodyOf(response: Response): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body ?? []
  } catch (error) {
    throw new Unreachable(`the answer was cut: ${messageOf(error)}`)
  }
}
