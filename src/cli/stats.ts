import { askServer } from './ask/ask-server.ts'
import { timeText } from './ask/event-text.ts'
import { type Exact, ExactNumber, membersOf, readExact, textOf } from './ask/exact-json.ts'
import type { FlagKind, Flags } from './ask/flags.ts'
import {
  eventFlags,
  eventHelp,
  type Question,
  rangeFlags,
  rangeHelp,
  selectionNames,
} from './ask/question.ts'
import { askingCommand, askingExits, formatFor } from './ask/run-asking.ts'
import { tableText } from './ask/table-text.ts'
import { type Paint, painter, printable, type Terminal } from './ask/terminal.ts'
import { TextOutput } from './ask/text-output.ts'

const help = `Usage: minutebook stats [options] [QUERY]

Counts and measures events: minutebook stats 'level>=error' --from -1d --by facility --every 1h
docs/QUERY.md describes the query language and what can be measured.

  --by NAMES           a row for each value of these fields, separated by commas
  --every TIME         a row for each 1m, 5m, 1h, 1d…
  --agg NAMES          count, distinct(f), sum(f), avg(f), min(f), max(f), p50(f) to p99.9(f), rate (count)
  --top N              the N rows with most
  --order NAME         by a column; with a dash before it the largest first
  --fill NAME          zero: a row for each time without events too
${rangeHelp}
${eventHelp}
  --format NAME        table, ndjson or csv (table on a terminal, else ndjson)

NO_COLOR takes the colours away, FORCE_COLOR gives them to a pipe.
${askingExits}`

const flagKinds: Readonly<Record<string, FlagKind>> = {
  ...eventFlags,
  ...rangeFlags,
  by: 'list',
  every: 'text',
  agg: 'list',
  top: 'text',
  order: 'text',
  fill: 'text',
}

/** Options that are parameters of the API as they are. */
const passed = [...selectionNames, 'by', 'every', 'agg', 'top', 'order', 'fill']

export const statsCommand = askingCommand({
  name: 'stats',
  help,
  flags: flagKinds,
  passed,
  work: runStats,
})

async function runStats(flags: Flags, question: Question, terminal: Terminal): Promise<void> {
  const format = formatFor(flags, terminal, ['table', 'ndjson', 'csv'])
  const { url, parameters, isUtc, access } = question
  const accept = { table: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv' }[
    format
  ]
  const response = await askServer(`${url}/api/v1/eventqry/stats?${parameters}`, {
    accept,
    access,
  })
  const text = await response.text()
  const out = new TextOutput(process.stdout)
  await out.write(
    format === 'table' ? statsTable(text, { paint: painter(terminal.hasColour), isUtc }) : text,
  )
}

/** The rows of an answer as a table for people. */
export function statsTable(
  json: string,
  { paint, isUtc }: { readonly paint: Paint; readonly isUtc: boolean },
): string {
  const answer = membersOf(readExact(json))
  const rows = listOf(answer['rows']).map(membersOf)
  const measured = new Set(listOf(answer['agg']).map(textOf))
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  if (names.length === 0) return `${paint('no rows', 'dim')}\n`
  const columns = names.map((name) => ({ name: printable(name), isNumber: measured.has(name) }))
  const texts = rows.map((row) =>
    names.map((name) =>
      name === 'time' ? timeText(textOf(row[name]), isUtc) : cellText(row[name]),
    ),
  )
  return tableText(columns, texts, paint)
}

function cellText(value: Exact | undefined): string {
  if (value === undefined || value === null) return '-'
  if (!(value instanceof ExactNumber)) return printable(textOf(value))
  const number = Number(value.text)
  // An integer that JavaScript cannot hold stays as it was written, and so does what is very small.
  if (!/^-?\d+(\.\d+)?$/.test(value.text) || Math.abs(number) >= 2 ** 53) return value.text
  if (number !== 0 && Math.abs(number) < 0.01) return value.text
  return number.toLocaleString('en-US', { maximumFractionDigits: 3 })
}

const listOf = (value: Exact | undefined): readonly Exact[] => (isList(value) ? value : [])
const isList = (value: Exact | undefined): value is readonly Exact[] => Array.isArray(value)
