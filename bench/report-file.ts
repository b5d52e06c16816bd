import type { Result } from './result.ts'

/** What one run of a bench has given. */
export interface RunOutcome {
  readonly command: string
  readonly results: readonly Result[]
  readonly failed: boolean
}

/**
 * Reads the runs out of a report that was written before, so that some benches can be run again and the others
 * kept. Their figures are as precise as they were printed.
 */
export function readReport(text: string): RunOutcome[] {
  const [, ...sections] = text.split(/^### `/m)
  return sections.map((section) => {
    const command = section.slice(0, section.indexOf('`'))
    const bench = /bench\/([a-z-]+)\.ts/.exec(command)?.[1] ?? ''
    const failed = section.includes('This run failed.')
    return { command, results: [...resultsOf(bench, section), ...besideOf(section)], failed }
  })
}

function* resultsOf(bench: string, section: string): Generator<Result> {
  let name = ''
  let figures: Record<string, number | string> = {}
  for (const line of section.split('\n')) {
    if (line.endsWith(':') && !line.startsWith('|')) {
      if (Object.keys(figures).length > 0) yield { bench, name, figures }
      name = line.slice(0, -1)
      figures = {}
      continue
    }
    const [, figure, value] = /^\| *(.*?) *\| *(.*?) *\|$/.exec(line) ?? []
    if (figure === undefined || value === undefined) continue
    if (figure === 'figure' || /^-+$/.test(figure)) continue
    figures[figure] = numberOf(value)
  }
  if (Object.keys(figures).length > 0) yield { bench, name, figures }
}

/** The yardstick, which stands below a run in one sentence. */
function besideOf(section: string): Result[] {
  const match = /answered ([\d,.]+) POSTs\/s; fdatasync p99 ([\d,.]+) ms\./.exec(section)
  if (match === null) return []
  const echoPerSecond = numberOf(match[1] ?? '')
  const fdatasyncP99Ms = numberOf(match[2] ?? '')
  return [{ bench: 'machine', name: 'beside', figures: { echoPerSecond, fdatasyncP99Ms } }]
}

function numberOf(text: string): number | string {
  const value = Number(text.replaceAll(',', ''))
  return text === '' || Number.isNaN(value) ? text : value
}
