import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Finding, verifyBook, type VerifyReport } from '../book/verify.ts'
import type { Command } from './command.ts'
import { exitCode } from './command.ts'

const help = `Usage: minutebook verify [options]

Checks a book against itself: every page's digest, blocks and counts, the chain of pages, the chain of
drops, the roll-ups, the totals and the catalogue. Nothing is written. It may run while the server does: then it checks
the minutes that had closed when it began.

  --data DIR    the data directory (MINUTEBOOK_DATA; ./data)
  --all         name every bad page, not only the first

Exit codes: 0 all is as it was written, 1 something is not, or there is no book, 2 wrong usage.`

interface VerifyOptions {
  readonly data: string
  readonly all: boolean
}

export const verifyCommand: Command = {
  help,
  async run(args) {
    let options: VerifyOptions
    try {
      options = readArguments(args)
    } catch (error) {
      process.stderr.write(`minutebook verify: ${messageOf(error)}\n`)
      return exitCode.usage
    }
    try {
      return await verify(options)
    } catch (error) {
      process.stderr.write(`minutebook verify: ${messageOf(error)}\n`)
      return exitCode.failed
    }
  },
}

function readArguments(args: readonly string[]): VerifyOptions {
  const { values } = parseArgs({
    args: [...args],
    options: { data: { type: 'string' }, all: { type: 'boolean', default: false } },
  })
  return { data: values.data ?? process.env['MINUTEBOOK_DATA'] ?? './data', all: values.all }
}

async function verify({ data, all }: VerifyOptions): Promise<number> {
  const book = join(data, 'book')
  if (!existsSync(book)) throw new Error(`there is no book in ${data}`)
  const isTerminal = process.stderr.isTTY
  const report = await verifyBook(book, ({ day, pages, pagesTotal }) => {
    if (isTerminal) process.stderr.write(`\r${day}  ${pages} of ${pagesTotal} pages`)
  })
  if (isTerminal) process.stderr.write('\r\x1b[K')
  process.stdout.write(textOf(report, all))
  return report.findingCount === 0 ? exitCode.ok : exitCode.failed
}

function textOf(report: VerifyReport, all: boolean): string {
  const { pages, blocks, events, bytes, findings, findingCount } = report
  const counts = `${pages} pages, ${blocks} blocks, ${events} events, ${bytes} bytes`
  const through =
    report.closedThrough === null ? '' : `, closed through ${minuteText(report.closedThrough)}`
  if (findingCount === 0) return `all is well: ${counts}${through}\n`
  const [first, ...rest] = findings.toSorted(byMinute)
  const lines = [`first bad: ${lineOf(first)}`]
  if (all) for (const finding of rest) lines.push(`also bad:  ${lineOf(finding)}`)
  lines.push(`${findingCount} findings in ${counts}${through}`)
  return `${lines.join('\n')}\n`
}

/** Pages before what concerns no single page. */
function byMinute(a: Finding, b: Finding): number {
  return (a.minute ?? Infinity) - (b.minute ?? Infinity) || 0
}

function lineOf(finding: Finding | undefined): string {
  if (finding === undefined) return 'nothing'
  const place = finding.minute === null ? 'the book' : `page ${minuteText(finding.minute)}`
  return `${place}: ${finding.what}`
}

function minuteText(minute: number): string {
  return `${new Date(minute * 60_000).toISOString().slice(0, 16)}Z`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
