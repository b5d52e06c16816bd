import { Kind } from '../../event/kind.ts'
import type { ColumnValues, OpenBlock } from '../../page/contract.ts'
import { goesOn } from './field-columns.ts'
import { JsonLeaf } from './json-leaf.ts'
import type { LeafQuestion, PathLeft } from './leaf-question.ts'
import { markEntries } from './mark-column.ts'
import { MsgpackLeaf } from './msgpack-leaf.ts'
import { Needle } from './needle.ts'
import { type Texts, textsOnly } from './value-test.ts'

const escapes = new Needle('\\')

/** Asks one question of the arrays of Json and Msgpack columns, and of members that found no column. */
export class LeafAsker {
  readonly #json: JsonLeaf
  readonly #msgpack: MsgpackLeaf
  readonly #question: LeafQuestion

  constructor(question: LeafQuestion) {
    this.#json = new JsonLeaf(question)
    this.#msgpack = new MsgpackLeaf(question)
    this.#question = question
  }

  /** Sets the rows whose array passes; those not `among` may be left out. */
  mark(column: ColumnValues, left: PathLeft, rows: Uint8Array, among: Uint8Array | null): void {
    const { text } = column
    if (text === null) return
    const { bytes, offsets, ids } = text
    const leaf = column.kind === Kind.Json ? this.#json : this.#msgpack
    const hopeful = this.#hopeful(column.kind, text)
    if (hopeful?.includes(1) === false) return
    const holds = (entry: number): boolean => {
      const i = ids === null ? entry : (ids[entry] ?? 0)
      if (hopeful !== null && hopeful[i] === 0) return false
      return leaf.holds(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0, left)
    }
    markEntries(column, holds, rows, among)
  }

  /** As `mark`, of the members without a column. */
  markRest(block: OpenBlock, path: string, rows: Uint8Array): void {
    for (const { row, segments, kind, value } of block.rest()) {
      if (rows[row] === 1) continue
      const left = this.#leftAt(segments.join('.'), path)
      if (left === undefined) continue
      const leaf = kind === Kind.Json ? this.#json : this.#msgpack
      if (left === 'found' || leaf.holds(value, 0, value.length, left.path)) rows[row] = 1
    }
  }

  /** 1 for every array in which the test's needle stands somewhere; null: that says nothing. */
  #hopeful(kind: Kind, texts: Texts): Uint8Array | null {
    const { test } = this.#question
    if (test === null || test.needle === null) return null
    // Numbers have a text of their own in JSON alone; what typed tests ask of them is no text.
    const sees = test.typed === textsOnly || (test.typed === null && kind === Kind.Json)
    if (!sees) return null
    const hopeful = new Uint8Array(texts.offsets.length - 1)
    test.needle.mark(texts, hopeful)
    // The needle may be spelled by an escape.
    if (kind === Kind.Json) escapes.mark(texts, hopeful)
    return hopeful
  }

  #leftAt(joined: string, path: string): { path: PathLeft } | 'found' | undefined {
    if (this.#question.anywhere || joined === path) return { path: null }
    if (goesOn(path, joined)) return { path: path.slice(joined.length + 1) }
    return this.#question.test === null && goesOn(joined, path) ? 'found' : undefined
  }
}
