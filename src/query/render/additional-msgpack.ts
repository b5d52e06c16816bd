import type { ColumnValues, OpenBlock } from '../../page/contract.ts'
import { writeContainerHeader, writeMsgpackText } from './msgpack-header.ts'
import { writeMsgpackRest, writeMsgpackValue } from './msgpack-value.ts'
import { Output } from './output.ts'
import { RowCursor } from './row-cursor.ts'
import { RestCursor, type RowTree, rowTree } from './row-tree.ts'
import type { Shape } from './shape.ts'

/** A name with its header. */
export function msgpackLead(name: string): Uint8Array {
  const bytes = Buffer.from(name)
  const out = new Output()
  writeMsgpackText(out, bytes, 0, bytes.length)
  return out.take()
}

/** Writes `additional` of one row after the other as a msgpack map, shaped as it was sent. */
export class AdditionalMsgpack {
  readonly #out: Output
  readonly #shape: Shape
  readonly #columns: readonly ColumnValues[]
  readonly #cursor: RowCursor
  readonly #rest: RestCursor
  /** Members of each object in the current row. */
  readonly #members: Uint16Array

  constructor(out: Output, block: OpenBlock, shape: Shape) {
    this.#out = out
    this.#shape = shape
    this.#columns = block.columns.map((_, index) => block.column(index))
    this.#cursor = new RowCursor(this.#columns)
    this.#rest = new RestCursor(block.rest())
    this.#members = new Uint16Array(shape.objects.length)
  }

  /** `row` is larger than at the last call. */
  write(row: number): void {
    const cursor = this.#cursor
    cursor.advance(row)
    const rest = this.#rest.take(row)
    if (rest !== null) {
      this.#writeTree(rowTree(cursor, this.#shape.heads, rest))
      return
    }
    if (this.#members.length === 1) this.#members[0] = cursor.presentCount
    else this.#countMembers()
    writeContainerHeader(this.#out, 'map', this.#members[0] ?? 0)
    this.#writeColumns()
  }

  /** A map says its count first. An object counts as a member when its own first member comes. */
  #countMembers(): void {
    const { present, presentCount } = this.#cursor
    const { objectOf, objects } = this.#shape
    const members = this.#members
    members.fill(0)
    for (let i = 0; i < presentCount; i++) {
      let object = objectOf[present[i] ?? 0] ?? 0
      let count = members[object] ?? 0
      members[object] = count + 1
      while (count === 0 && object !== 0) {
        object = objects[object]?.parent ?? 0
        count = members[object] ?? 0
        members[object] = count + 1
      }
    }
  }

  #writeColumns(): void {
    const { present, entry, presentCount } = this.#cursor
    const { objectOf, leads } = this.#shape
    let open = 0
    for (let i = 0; i < presentCount; i++) {
      const column = present[i] ?? 0
      const object = objectOf[column] ?? 0
      if (object !== open) {
        this.#open(open, object)
        open = object
      }
      this.#out.all(leads[column] ?? noLead)
      const values = this.#columns[column]
      if (values !== undefined) writeMsgpackValue(this.#out, values, entry[i] ?? 0)
    }
  }

  /** Writes the headers of the objects from the common one down to `to`; maps have no end mark. */
  #open(from: number, to: number): void {
    const objects = this.#shape.objects
    const opening: number[] = []
    let at = from
    let target = to
    while (at !== target) {
      if ((objects[target]?.depth ?? 0) >= (objects[at]?.depth ?? 0)) {
        opening.push(target)
        target = objects[target]?.parent ?? 0
      } else {
        at = objects[at]?.parent ?? 0
      }
    }
    for (let i = opening.length - 1; i >= 0; i--) {
      const object = opening[i] ?? 0
      this.#out.all(objects[object]?.lead ?? noLead)
      writeContainerHeader(this.#out, 'map', this.#members[object] ?? 0)
    }
  }

  #writeTree(tree: RowTree): void {
    writeContainerHeader(this.#out, 'map', tree.size)
    for (const [name, member] of tree) {
      this.#out.all(msgpackLead(name))
      if ('tree' in member) {
        this.#writeTree(member.tree)
      } else if ('rest' in member.leaf) {
        writeMsgpackRest(this.#out, member.leaf.rest)
      } else {
        const values = this.#columns[member.leaf.column]
        if (values !== undefined) writeMsgpackValue(this.#out, values, member.leaf.entry)
      }
    }
  }
}

const noLead = new Uint8Array(0)
