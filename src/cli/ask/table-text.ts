import type { Paint } from './terminal.ts'

export interface Column {
  readonly name: string
  /** Numbers are set to the right. */
  readonly isNumber: boolean
}

/** Between two columns. */
const gap = '  '

/** Rows of texts under their names, each column as wide as its widest text. */
export function tableText(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  paint: Paint,
): string {
  const widths = columns.map(({ name }, at) =>
    rows.reduce(
      (width, row) => Math.max(width, Bun.stringWidth(row[at] ?? '')),
      Bun.stringWidth(name),
    ),
  )
  const lineOf = (texts: readonly string[]): string =>
    columns.map(({ isNumber }, at) => padded(texts[at] ?? '', widths[at] ?? 0, isNumber)).join(gap)
  const head = paint(lineOf(columns.map(({ name }) => name)).trimEnd(), 'bold')
  return [head, ...rows.map((row) => lineOf(row).trimEnd()), ''].join('\n')
}

function padded(text: string, width: number, isNumber: boolean): string {
  const space = ' '.repeat(Math.max(0, width - Bun.stringWidth(text)))
  return isNumber ? space + text : text + space
}
