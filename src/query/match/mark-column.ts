import { Kind } from '../../event/kind.ts'
import type { ColumnValues } from '../../page/contract.ts'
import { markNumbers } from './mark-numbers.ts'
import { markTexts } from './mark-texts.ts'
import { passesBool, passesNull, passesNumber, passesTime } from './scalar.ts'
import type { ValueTest } from './value-test.ts'

/** Sets the rows of `rows` whose value in the column passes; those not `among` may be left out. */
export type MarkColumn = (
  column: ColumnValues,
  test: ValueTest,
  rows: Uint8Array,
  among: Uint8Array | null,
) => void

/** How the scalars of each kind are asked; kinds of arrays and bytes are not here. */
export const markOf: Partial<Record<Kind, MarkColumn>> = {
  [Kind.Null]: markNulls,
  [Kind.Bool]: markBools,
  [Kind.Int]: markNumbers,
  [Kind.Double]: markNumbers,
  [Kind.Text]: markText,
  [Kind.Int64]: markPairs,
  [Kind.Uint64]: markPairs,
  [Kind.Time]: markTimes,
}

function markNulls(column: ColumnValues, test: ValueTest, rows: Uint8Array): void {
  if (passesNull(test)) markEntries(column, () => true, rows, null)
}

function markBools(column: ColumnValues, test: ValueTest, rows: Uint8Array): void {
  const { low } = column
  const passes = [passesBool(test, false), passesBool(test, true)]
  if (!passes.includes(true)) return
  markEntries(column, (i) => passes[low?.[i] ?? 0] ?? false, rows, null)
}

function markText(column: ColumnValues, test: ValueTest, rows: Uint8Array): void {
  if (column.text !== null) markTexts(column.text, test, rows, column.rows)
}

function markPairs(
  column: ColumnValues,
  test: ValueTest,
  rows: Uint8Array,
  among: Uint8Array | null,
): void {
  const { low, high } = column
  const signed = column.kind === Kind.Int64
  const valueOf = (i: number): bigint => {
    const bits = (BigInt(high?.[i] ?? 0) << 32n) | BigInt(low?.[i] ?? 0)
    return signed ? BigInt.asIntN(64, bits) : bits
  }
  markEntries(column, (i) => passesNumber(test, valueOf(i), false), rows, among)
}

function markTimes(
  column: ColumnValues,
  test: ValueTest,
  rows: Uint8Array,
  among: Uint8Array | null,
): void {
  const { numbers, low } = column
  markEntries(column, (i) => passesTime(test, numbers?.[i] ?? 0, low?.[i] ?? 0), rows, among)
}

/** Asks about every entry of the column. */
export function markEntries(
  column: ColumnValues,
  passes: (entry: number) => boolean,
  rows: Uint8Array,
  among: Uint8Array | null,
): void {
  const { count, rows: entryRows } = column
  for (let i = 0; i < count; i++) {
    const row = entryRows === null ? i : (entryRows[i] ?? 0)
    if ((among === null || among[row] === 1) && passes(i)) rows[row] = 1
  }
}
