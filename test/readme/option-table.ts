import { join } from 'node:path'
import type { Option } from '../../src/option.ts'
import { flagOf, options, variableOf } from '../../src/config.ts'

/*
 * The README's table of options, made from src/config.ts. Run as a program it writes the table; the test
 * beside it says when that is due.
 */

export const readmePath = join(import.meta.dir, '../../README.md')
const tablePattern = /(<!-- options:[^\n]*-->\n)([\s\S]*?)(<!-- \/options -->)/

export function renderOptionTable(): string {
  const rows = Object.entries(options).map(
    ([name, option]) =>
      `| \`${flagOf(name)}\` | \`${variableOf(name)}\` | ${defaultOf(option)} | ${meaningOf(option)} |`,
  )
  return ['| flag | variable | default | |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function defaultOf(option: Option): string {
  if (option.kind === 'switch') return ''
  return option.kind === 'text' ? `\`${option.default}\`` : numberText(option.default, option.unit)
}

function meaningOf(option: Option): string {
  if (option.kind === 'number') {
    const range = `${numberText(option.min, option.unit)} to ${numberText(option.max, option.unit)}`
    return `${option.help} (${option.unit === 'port' ? '' : `${option.unit}, `}${range})`
  }
  if (option.kind === 'text' && option.values !== undefined) {
    return `${option.help} (${option.values.join(', ')})`
  }
  return option.help
}

const byteUnits = ['', ' KiB', ' MiB', ' GiB', ' TiB', ' PiB'] as const

function numberText(value: number, unit: string): string {
  if (unit === 'port') return String(value)
  if (unit !== 'bytes' || value === 0) return value.toLocaleString('en-US')
  let scale = 0
  while (scale < byteUnits.length - 1 && value % 1024 ** (scale + 1) === 0) scale++
  return `${(value / 1024 ** scale).toLocaleString('en-US')}${byteUnits[scale] ?? ''}`
}

/** The table as the README has it now, or null when it has no place for one. */
export function readOptionTable(readme: string): string | null {
  return tablePattern.exec(readme)?.[2] ?? null
}

if (import.meta.main) {
  const readme = await Bun.file(readmePath).text()
  await Bun.write(readmePath, readme.replace(tablePattern, `$1${renderOptionTable()}$3`))
}
