import { Kind } from '../../event/kind.ts'
import type { ColumnValues } from '../../page/contract.ts'
import { passesNumber } from './scalar.ts'
import { isSparse } from './rows.ts'
import type { ValueTest } from './value-test.ts'

/** Different numbers whose spelling has been asked are remembered up to this many. */
const memoMax = 4096
/** Whole numbers below this are remembered all. */
const smallMax = 0x1_0000
const unknown = 0
const failing = 1
const passing = 2

/** Sets the rows whose number, an Int or a Double, passes. About 0.7 ns an entry; equality, when rare, a tenth. */
export function markNumbers(column: ColumnValues, test: ValueTest, rows: Uint8Array): void {
  const { numbers } = column
  if (numbers === null) return
  if (test.typed === null) return markSpelled(column, numbers, test, rows)
  const { min, max } = test.typed.doubles
  if (min === max) markEqual(column, numbers, min, rows)
  else markRange(column, numbers, test.typed.doubles, rows)
}

/** Walks from hit to hit as long as they are rare. */
function markEqual(
  column: ColumnValues,
  numbers: Float64Array,
  value: number,
  rows: Uint8Array,
): void {
  const entryRows = column.rows
  let from = 0
  let hits = 0
  let at = numbers.indexOf(value)
  while (at >= 0 && isSparse(hits, from)) {
    rows[entryRows === null ? at : (entryRows[at] ?? 0)] = 1
    hits++
    from = at + 1
    at = numbers.indexOf(value, from)
  }
  if (at < 0) return
  for (let i = from; i < numbers.length; i++) {
    const row = entryRows === null ? i : (entryRows[i] ?? 0)
    rows[row] = (rows[row] ?? 0) | Number(numbers[i] === value)
  }
}

/** No branch on what no processor can foresee. */
function markRange(
  column: ColumnValues,
  numbers: Float64Array,
  { min, max }: { readonly min: number; readonly max: number },
  rows: Uint8Array,
): void {
  const entryRows = column.rows
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? 0
    const row = entryRows === null ? i : (entryRows[i] ?? 0)
    rows[row] = (rows[row] ?? 0) | (Number(value >= min) & Number(value <= max))
  }
}

/** Each number is spelled once, as long as there are few or they are small. */
function markSpelled(
  column: ColumnValues,
  numbers: Float64Array,
  test: ValueTest,
  rows: Uint8Array,
): void {
  const isDouble = column.kind === Kind.Double
  const entryRows = column.rows
  const known = new Map<number, number>()
  const small = new Uint8Array(smallMax)
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? 0
    const isSmall = value > 0 && value < smallMax && value === (value | 0)
    let answer = isSmall ? (small[value] ?? unknown) : (known.get(value) ?? unknown)
    // A Map takes both zeros for one, and they are spelled differently.
    if (answer === unknown || value === 0) {
      answer = passesNumber(test, value, isDouble) ? passing : failing
      if (isSmall) small[value] = answer
      else if (known.size < memoMax) known.set(value, answer)
    }
    const row = entryRows === null ? i : (entryRows[i] ?? 0)
    rows[row] = (rows[row] ?? 0) | (answer >> 1)
  }
}
