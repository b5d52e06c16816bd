import { join } from 'node:path'
import { readReport, type RunOutcome } from './report-file.ts'
import type { Result } from './result.ts'
import { formatFigure } from './result.ts'
import type { Target } from './targets.ts'
import { targets } from './targets.ts'

/*
 * Runs every bench and writes bench/RESULTS.md: the targets beside what was measured, then all figures.
 *
 *   bun bench/report.ts            about a quarter of an hour
 *   bun bench/report.ts --smoke    shows that each bench runs; writes nothing
 *   bun bench/report.ts ingest …   only the benches named; writes nothing, prints the report
 *   bun bench/report.ts --update ingest …   only those, and writes them among the others
 */

/** Every run of the full report, in order: a file of this folder and its flags. */
const runs: readonly (readonly [string, ...string[]])[] = [
  ['machine'],
  ['events'],
  ['decode'],
  ['page'],
  ['match'],
  ['ingest', '--format', 'json'],
  ['ingest', '--format', 'ndjson'],
  ['ingest', '--format', 'msgpack'],
  ['ingest', '--format', 'json', '--encoding', 'gzip'],
  ['ingest', '--format', 'json', '--encoding', 'zstd'],
  ['ingest', '--format', 'msgpack', '--encoding', 'zstd'],
  ['ingest', '--format', 'json', '--seconds', '180'],
  ['single'],
  ['peak'],
  ['tail'],
  ['recovery'],
  ['sparse'],
  ['read'],
  ['query', '--layout', 'live'],
  ['query', '--layout', 'bulk'],
  ['apart'],
  ['redaction'],
  ['auth'],
  ['client'],
  ['web'],
]

function commandOf([file = '', ...flags]: readonly string[]): string {
  return `bun bench/${file}.ts ${flags.join(' ')}`.trimEnd()
}

async function runBench(args: readonly string[]): Promise<RunOutcome> {
  const [file = '', ...flags] = args
  const command = commandOf(args)
  const child = Bun.spawn(
    [process.execPath, join(import.meta.dir, `${file}.ts`), ...flags, '--json'],
    { cwd: join(import.meta.dir, '..'), stdin: 'ignore', stdout: 'pipe', stderr: 'inherit' },
  )
  const text = await new Response(child.stdout).text()
  const code = await child.exited
  const results = text
    .split('\n')
    .map((line) => readResult(file, line))
    .filter((result) => result !== null)
  process.stderr.write(`${code === 0 ? 'ran' : `FAILED (${code})`}  ${command}\n`)
  return { command, results, failed: code !== 0 }
}

/** A line of a bench: `{bench, name, figures}`, or any flat object, whose members are the figures. */
function readResult(bench: string, line: string): Result | null {
  if (!line.startsWith('{')) return null
  const value: unknown = JSON.parse(line)
  if (typeof value !== 'object' || value === null) return null
  const { name, figures, ...flat } = { name: bench, figures: undefined, ...value }
  const members = typeof figures === 'object' && figures !== null ? figures : flat
  const kept = Object.entries(members).filter(
    (entry): entry is [string, number | string] =>
      (typeof entry[1] === 'number' || typeof entry[1] === 'string') && entry[0] !== 'bench',
  )
  const owner = 'bench' in value && typeof value.bench === 'string' ? value.bench : bench
  return { bench: owner, name: String(name), figures: Object.fromEntries(kept) }
}

function findFigure(results: readonly Result[], target: Target): number | null {
  const mine = results.filter((result) => result.bench === target.bench)
  const found =
    mine.find((result) => result.name === target.name) ??
    mine.find((result) => result.name.startsWith(target.name))
  const figure = found?.figures[target.figure]
  return typeof figure === 'number' ? figure : null
}

function targetTable(results: readonly Result[]): string[] {
  const lines = ['| | target | measured | | best peer |', '|---|---|---|---|---|']
  for (const target of targets) {
    const figure = findFigure(results, target)
    if (figure === null) continue
    const met = target.bound === 'at most' ? figure <= target.value : figure >= target.value
    const sign = target.bound === 'at most' ? '≤' : '≥'
    lines.push(
      `| ${target.says} | ${sign} ${formatFigure(target.value)} | ${formatFigure(figure)} | ${
        met ? 'met' : '**missed**'
      } | ${target.peers} |`,
    )
  }
  return lines
}

function runSection(outcome: RunOutcome): string[] {
  const lines = [`### \`${outcome.command}\``, '']
  if (outcome.failed) lines.push('This run failed.', '')
  const mine = outcome.results.filter(
    (result) => result.bench !== 'machine' || outcome.command === 'bun bench/machine.ts',
  )
  for (const result of mine) {
    lines.push(`${result.name}:`, '', '| figure | |', '|---|---|')
    for (const [name, value] of Object.entries(result.figures)) {
      lines.push(`| ${name} | ${formatFigure(value)} |`)
    }
    lines.push('')
  }
  lines.push(...yardstickOf(outcome))
  return lines
}

/** The machine has noisy neighbours: each run says what an empty server reached beside it. */
function yardstickOf(outcome: RunOutcome): string[] {
  if (outcome.command === 'bun bench/machine.ts') return []
  const beside = outcome.results.find((result) => result.bench === 'machine')
  if (beside === undefined) return []
  const echo = beside.figures['echoPerSecond'] ?? ''
  const sync = beside.figures['fdatasyncP99Ms'] ?? ''
  return [
    `Beside it: an empty server answered ${formatFigure(echo)} POSTs/s; fdatasync p99 ${formatFigure(sync)} ms.`,
    '',
  ]
}

function renderReport(outcomes: readonly RunOutcome[]): string {
  const results = outcomes.flatMap((outcome) => outcome.results)
  const lines = [
    '# Results',
    '',
    'Written by `bun run bench`. The load process shares the cores with the server, its bodies are made',
    'beforehand. CPU seconds per million events (CPU-s/M) are user and system time of the whole server',
    'process, from the socket to the closed page. Peers: see docs/decisions.',
    '',
    '## Targets',
    '',
    ...targetTable(results),
    '',
    '## Runs',
    '',
    ...outcomes.flatMap(runSection),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

const reportPath = join(import.meta.dir, 'RESULTS.md')

/** With `isUpdate` the other runs stay as they are in the report. */
async function writeReport(outcomes: readonly RunOutcome[], isUpdate: boolean): Promise<void> {
  const file = Bun.file(reportPath)
  const before = isUpdate && (await file.exists()) ? readReport(await file.text()) : []
  const commands = runs.map((run) => commandOf(run))
  const byCommand = new Map([...before, ...outcomes].map((outcome) => [outcome.command, outcome]))
  const ordered = commands.flatMap((command) => byCommand.get(command) ?? [])
  await Bun.write(reportPath, renderReport(ordered))
  await Bun.spawn([process.execPath, 'fmt', reportPath], { stdout: 'ignore' }).exited
}

async function main(args: readonly string[]): Promise<number> {
  const smoke = args.includes('--smoke')
  const only = args.filter((arg) => !arg.startsWith('--'))
  const chosen = runs
    .filter(([file]) => only.length === 0 || only.includes(file))
    .filter(([file], i, list) => !smoke || list.findIndex(([other]) => other === file) === i)
    .map((run) => (smoke ? [...run, '--smoke'] : [...run]))
  const outcomes: RunOutcome[] = []
  for (const run of chosen) outcomes.push(await runBench(run))
  const isUpdate = args.includes('--update')
  if (!smoke && (only.length === 0 || isUpdate)) await writeReport(outcomes, isUpdate)
  else if (!smoke) process.stdout.write(renderReport(outcomes))
  const bad = outcomes.filter((outcome) => outcome.failed || outcome.results.length === 0)
  for (const outcome of bad) process.stdout.write(`failed or said nothing: ${outcome.command}\n`)
  process.stdout.write(`${outcomes.length - bad.length} of ${outcomes.length} benches ran\n`)
  return bad.length === 0 ? 0 : 1
}

process.exitCode = await main(process.argv.slice(2))
