import { parseArgs } from 'node:util'

/** What a benchmark found: one JSON line with `--json`, and a table otherwise. */
export interface Result {
  /** The file that asked the question: `ingest`, `peak`… */
  readonly bench: string
  /** What was measured, in words that stay the same from run to run: the report finds targets by them. */
  readonly name: string
  /** Each figure's unit is the end of its name: `cpuSecondsPerMillion`, `ackP99Ms`, `bytesPerEvent`. */
  readonly figures: Readonly<Record<string, number | string>>
}

export interface BenchOptions {
  /** The values of the flags beyond `--json` and `--smoke`; every flag has a default. */
  readonly flags: Readonly<Record<string, string>>
  readonly json: boolean
  /** A run of seconds that only shows that the benchmark works; its figures mean nothing. */
  readonly smoke: boolean
}

/** Reads `--name value` for every name in `defaults`, and `--json` and `--smoke`. Throws on any other. */
export function readOptions(
  argv: readonly string[],
  defaults: Readonly<Record<string, string>>,
): BenchOptions {
  const options: Record<string, { type: 'string' } | { type: 'boolean' }> = {
    json: { type: 'boolean' },
    smoke: { type: 'boolean' },
  }
  for (const name of Object.keys(defaults)) options[name] = { type: 'string' }
  const { values } = parseArgs({ args: [...argv], options, strict: true })
  const flags: Record<string, string> = { ...defaults }
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') flags[name] = value
  }
  return { flags, json: values['json'] === true, smoke: values['smoke'] === true }
}

/** A whole number ≥ 0 from a flag. */
export function countOf(options: BenchOptions, name: string): number {
  const text = options.flags[name] ?? ''
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0 || text === '') {
    throw new RangeError(`--${name} must be a whole number, not '${text}'`)
  }
  return value
}

export function printResult(result: Result, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  const width = Math.max(...Object.keys(result.figures).map((name) => name.length))
  const lines = Object.entries(result.figures).map(
    ([name, value]) => `  ${name.padEnd(width)}  ${formatFigure(value)}`,
  )
  process.stdout.write(`${result.bench}: ${result.name}\n${lines.join('\n')}\n`)
}

export function formatFigure(value: number | string): string {
  if (typeof value === 'string') return value
  if (Number.isInteger(value)) return value.toLocaleString('en-US')
  const digits =
    Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3
  return value.toLocaleString('en-US', { maximumFractionDigits: digits })
}
