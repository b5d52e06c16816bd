import type { OpenBlock } from '../../page/contract.ts'
import type { Field } from '../language/ast.ts'
import { nameOf } from '../language/field-name.ts'
import { makeMatcher } from '../match/matcher.ts'
import type { Memberships } from '../stats/groups.ts'
import { pageMinutes } from '../stats/page-walk.ts'
import { fieldValues } from '../stats/scalar-columns.ts'
import { scanPage } from '../stats/scan-page.ts'
import type { Job, WorkContext } from '../work/contract.ts'
import { type BlockPath, blockPaths } from './block-paths.ts'
import type { FieldKind, FieldsAnswer, FieldsRequest } from './contract.ts'
import { FieldTotals } from './field-totals.ts'

const fixedFields: readonly Field[] = [{ of: 'facility' }, { of: 'level' }, { of: 'event' }]

/** Which fields the selected events have. Throws QueryLimit, DamagedPage, Cancelled, QuerySyntaxError. */
export const fields: Job<FieldsRequest, FieldsAnswer> = async (context, request) => {
  const started = performance.now()
  const found = new FoundFields(context, request.distinct)
  const matcher = makeMatcher(request.selection)
  for (const minute of await pageMinutes(context, request.selection)) {
    await scanPage(context, matcher, minute, (block, rows) => found.add(block, rows))
  }
  const facts = found.totals().map((totals) => totals.facts())
  facts.sort((a, b) => b.events - a.events || (a.name < b.name ? -1 : 1))
  const { minutes, blocks, bytes } = context.meter.scanned
  return {
    events: found.events,
    fields: facts.slice(0, request.limit),
    found: facts.length,
    scanned: { minutes, blocks, bytes },
    tookMs: Math.round((performance.now() - started) * 10) / 10,
  }
}

/** The selected rows of a block. */
interface Selected {
  readonly block: OpenBlock
  /** Null: every row. */
  readonly rows: Uint16Array | null
  readonly has: (row: number) => boolean
  /** All of them as one group; made when first asked for. */
  readonly members: () => Memberships
}

class FoundFields {
  events = 0
  readonly #context: WorkContext
  readonly #hasDistinct: boolean
  readonly #totals = new Map<string, FieldTotals>()

  constructor(context: WorkContext, hasDistinct: boolean) {
    this.#context = context
    this.#hasDistinct = hasDistinct
  }

  totals(): FieldTotals[] {
    return [...this.#totals.values()]
  }

  add(block: OpenBlock, rows: Uint16Array | null): void {
    const selected = select(block, rows)
    const count = rows?.length ?? block.rowCount
    this.events += count
    for (const field of fixedFields) {
      const totals = this.#at(field)
      totals.events += count
      totals.addKind('text', count)
      totals.addValues(block, selected.members)
    }
    for (const [path, there] of blockPaths(block, selected.has)) {
      const field = { of: 'additional', path } as const
      const kinds = rowsByKind(selected, there)
      if (kinds.every(([, events]) => events === 0)) continue
      const totals = this.#at(field)
      for (const [kind, events] of kinds) totals.addKind(kind, events)
      totals.events += eventsOf(selected, there, kinds)
      if (kinds.some(([kind]) => kind === 'number')) addNumbers(totals, selected, there)
      totals.addValues(block, selected.members)
    }
  }

  #at(field: Field): FieldTotals {
    const name = nameOf(field)
    const known = this.#totals.get(name)
    if (known !== undefined) return known
    const fresh = new FieldTotals(field, this.#hasDistinct, this.#context.meter)
    this.#totals.set(name, fresh)
    return fresh
  }
}

function select(block: OpenBlock, rows: Uint16Array | null): Selected {
  let members: Memberships | null = null
  const mask = rows === null ? null : new Uint8Array(block.rowCount)
  for (const row of rows ?? []) if (mask !== null) mask[row] = 1
  return {
    block,
    rows,
    has: (row) => mask === null || mask[row] === 1,
    members: () => {
      if (members !== null) return members
      const main = new Int32Array(block.rowCount)
      if (mask !== null)
        for (let row = 0; row < main.length; row++) main[row] = (mask[row] ?? 0) - 1
      members = { main, extraRows: [], extraGroups: [] }
      return members
    },
  }
}

/** Whether the directory's counts are those of the answer: all rows, and no event with two values here. */
function isPlain({ block, rows }: Selected, { columns, leafRows }: BlockPath): boolean {
  if (rows !== null || leafRows.size > 0) return false
  const spellings = columns.map(({ index }) => JSON.stringify(block.columns[index]?.segments))
  return new Set(spellings).size === 1
}

function rowsByKind(selected: Selected, there: BlockPath): [FieldKind, number][] {
  const counts = new Map<FieldKind, number>()
  if (isPlain(selected, there)) {
    for (const { index, kind } of there.columns) {
      counts.set(kind, (counts.get(kind) ?? 0) + (selected.block.columns[index]?.count ?? 0))
    }
    return [...counts]
  }
  for (const kind of new Set([...there.columns.map((one) => one.kind), ...there.leafRows.keys()])) {
    counts.set(
      kind,
      countRows(selected, there, (one) => one === kind),
    )
  }
  return [...counts].filter(([, events]) => events > 0)
}

function eventsOf(
  selected: Selected,
  there: BlockPath,
  kinds: readonly (readonly [FieldKind, number])[],
): number {
  if (isPlain(selected, there)) return kinds.reduce((sum, [, events]) => sum + events, 0)
  return countRows(selected, there, () => true)
}

/** The selected rows that have something of such a kind here. */
function countRows(
  { block, rows, has }: Selected,
  { columns, leafRows }: BlockPath,
  wants: (kind: FieldKind) => boolean,
): number {
  const seen = new Uint8Array(block.rowCount)
  for (const { index, kind } of columns) {
    if (!wants(kind)) continue
    const { rows: at, count } = block.column(index)
    for (let entry = 0; entry < count; entry++) {
      const row = at === null ? entry : (at[entry] ?? 0)
      if (rows === null || has(row)) seen[row] = 1
    }
  }
  for (const [kind, leaves] of leafRows) {
    if (wants(kind)) for (const row of leaves) seen[row] = 1
  }
  return seen.reduce((sum, one) => sum + one, 0)
}

function addNumbers(totals: FieldTotals, selected: Selected, there: BlockPath): void {
  const { block, has } = selected
  const numeric = there.columns.filter(({ kind }) => kind === 'number')
  const facts = numeric.map(({ index }) => block.columns[index])
  const areKnown = facts.every((one) => one !== undefined && one.min !== null && one.max !== null)
  if (isPlain(selected, there) && areKnown) {
    for (const one of facts) {
      totals.addNumber(one?.min ?? Number.NaN)
      totals.addNumber(one?.max ?? Number.NaN)
    }
    return
  }
  for (const { numbers, rows, count } of fieldValues(block, totals.field, 'numbers').columns) {
    if (numbers === null) continue
    for (let entry = 0; entry < count; entry++) {
      // NaN, for what is no number, is neither less nor more.
      if (has(rows === null ? entry : (rows[entry] ?? 0))) totals.addNumber(numbers[entry] ?? NaN)
    }
  }
}
