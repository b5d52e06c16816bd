import type { OpenBlock } from './contract.ts'

type Numbered = Pick<OpenBlock, 'rowCount' | 'rowBase' | 'rowNumbers'>

/** The number of a row in its event's id. */
export function numberOfRow({ rowBase = 0, rowNumbers }: Numbered, row: number): number {
  return rowNumbers?.[row] ?? row + rowBase
}

/** How many rows of the block have numbers below `number`. */
export function rowsBefore(
  { rowCount, rowBase = 0, rowNumbers }: Numbered,
  number: number,
): number {
  if (rowNumbers === undefined) return Math.max(0, Math.min(rowCount, number - rowBase))
  let low = 0
  let high = rowCount
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((rowNumbers[middle] ?? 0) < number) low = middle + 1
    else high = middle
  }
  return low
}

/** The row of that number, null: the block has none (any more). */
export function rowOfNumber(block: Numbered, number: number): number | null {
  const row = rowsBefore(block, number)
  return row < block.rowCount && numberOfRow(block, row) === number ? row : null
}
