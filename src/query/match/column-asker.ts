import { Kind } from '../../event/kind.ts'
import type { ColumnFacts, OpenBlock } from '../../page/contract.ts'
import { mayHoldAll } from '../../page/token-filter.ts'
import { LeafAsker } from './leaf-asker.ts'
import { markAddresses } from './mark-addresses.ts'
import { markOf } from './mark-column.ts'
import { UuidSearch } from './uuid-search.ts'
import type { ValueTest } from './value-test.ts'

/** Asks the columns of a field, or of all fields, one test; what a block stores beside them comes first. */
export class ColumnAsker {
  readonly leaves: LeafAsker
  readonly #test: ValueTest
  /** Null: the test has nothing to search for. */
  readonly #uuids: UuidSearch | null

  /** `anywhere`: what arrays hold is asked wherever it is, else what a path leads to. */
  constructor(test: ValueTest, options: { readonly anywhere: boolean }) {
    this.#test = test
    this.leaves = new LeafAsker({ test, anywhere: options.anywhere })
    this.#uuids = test.needle === null ? null : new UuidSearch(test.needle.bytes)
  }

  /** False: no value of the column passes, by its kind, its range or its filter. */
  mayPass(block: OpenBlock, index: number): boolean {
    const facts = block.columns[index]
    if (facts === undefined || facts.count === 0 || facts.kind === Kind.Bytes) return false
    if (facts.kind === Kind.Text) return this.#mayPassTexts(block, index)
    if (facts.kind === Kind.Json || facts.kind === Kind.Msgpack) return true
    return this.#mayPassTyped(facts)
  }

  /** Sets the rows with a value that passes; those not `among` may be left out. */
  mark(block: OpenBlock, index: number, rows: Uint8Array, among: Uint8Array | null): void {
    if (this.#markUuids(block, index, rows) || this.#markAddresses(block, index, rows)) return
    const column = block.column(index)
    const mark = markOf[column.kind]
    if (mark !== undefined) mark(column, this.#test, rows, among)
    else if (column.kind !== Kind.Bytes) this.leaves.mark(column, null, rows, among)
  }

  #mayPassTyped({ kind, min, max }: ColumnFacts): boolean {
    const { typed } = this.#test
    if (typed === null || (kind !== Kind.Int && kind !== Kind.Double)) return true
    const { doubles } = typed
    if (Number.isNaN(doubles.min) || Number.isNaN(doubles.max)) return false
    return min === null || max === null || (max >= doubles.min && min <= doubles.max)
  }

  #mayPassTexts(block: OpenBlock, index: number): boolean {
    const { tokens } = this.#test
    const filter = tokens === null ? null : (block.filter?.(index) ?? null)
    if (tokens === null || filter === null) return true
    if (filter.items === 'words') return mayHoldAll(filter, tokens.words)
    if (tokens.uuid === null || this.#uuids?.isHopeless === true) return false
    return tokens.uuid === 'any' || mayHoldAll(filter, tokens.uuid)
  }

  /** Fast path: UUIDs are searched as they are stored. False: they are none. */
  #markUuids(block: OpenBlock, index: number, rows: Uint8Array): boolean {
    if (this.#uuids === null || block.columns[index]?.kind !== Kind.Text) return false
    const stored = block.uuids?.(index) ?? null
    if (stored === null) return false
    this.#uuids.visit(stored, (entry, text) => {
      if (!this.#test.text(text, 0, text.length)) return
      rows[stored.rows === null ? entry : (stored.rows[entry] ?? 0)] = 1
    })
    return true
  }

  /** Fast path: networks are compared with stored addresses; letters are not looked for in them. */
  #markAddresses(block: OpenBlock, index: number, rows: Uint8Array): boolean {
    const { addresses, needle } = this.#test
    const isForeign = needle !== null && !needle.isOfAddress
    if (addresses === undefined && !isForeign) return false
    const stored = block.addresses?.(index) ?? null
    if (stored === null) return false
    if (addresses !== undefined) markAddresses(stored, addresses, rows)
    return true
  }
}
