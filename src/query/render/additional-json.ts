import type { OpenBlock } from '../../page/contract.ts'
import { jsonBytes } from './json-text.ts'
import { JsonValues } from './json-value.ts'
import type { Output } from './output.ts'
import { RowCursor } from './row-cursor.ts'
import { RestCursor, type RowTree, rowTree } from './row-tree.ts'
import type { Shape } from './shape.ts'
import type { TimeText } from './time-text.ts'

const openBrace = 0x7b
const closeBrace = 0x7d

/** `,"name":`. The comma of an object's first member is overwritten by the object's brace. */
export function jsonLead(name: string): Uint8Array {
  return Buffer.concat([Buffer.from(','), jsonBytes(name), Buffer.from(':')])
}

/** Writes `additional` of one row after the other as a JSON object, shaped as it was sent. */
export class AdditionalJson {
  readonly #out: Output
  readonly #shape: Shape
  readonly #cursor: RowCursor
  readonly #rest: RestCursor
  readonly #values: JsonValues
  /** Whether the next member is the first of its object. */
  #first = false

  constructor(out: Output, block: OpenBlock, options: AdditionalOptions) {
    const columns = block.columns.map((_, index) => block.column(index))
    this.#out = out
    this.#shape = options.shape
    this.#cursor = new RowCursor(columns)
    this.#rest = new RestCursor(block.rest())
    this.#values = new JsonValues(out, columns, options.rows, options.time)
  }

  /** `row` is larger than at the last call. */
  write(row: number): void {
    const cursor = this.#cursor
    cursor.advance(row)
    const rest = this.#rest.take(row)
    if (rest !== null) this.#writeTree(rowTree(cursor, this.#shape.heads, rest))
    else if (cursor.presentCount === 0) this.#out.ascii('{}')
    else this.#writeColumns()
  }

  #writeColumns(): void {
    const { present, entry, presentCount } = this.#cursor
    const { objectOf, leads } = this.#shape
    let open = 0
    this.#first = true
    for (let i = 0; i < presentCount; i++) {
      const column = present[i] ?? 0
      const object = objectOf[column] ?? 0
      if (object !== open) {
        this.#move(open, object)
        open = object
      }
      this.#lead(leads[column] ?? noLead)
      this.#values.write(column, entry[i] ?? 0)
    }
    if (open !== 0) this.#move(open, 0)
    this.#out.byte(closeBrace)
  }

  #lead(lead: Uint8Array): void {
    const out = this.#out
    const at = out.at
    out.all(lead)
    if (!this.#first) return
    out.bytes[at] = openBrace
    this.#first = false
  }

  /** Closes and opens objects on the way from one to another. */
  #move(from: number, to: number): void {
    const objects = this.#shape.objects
    let at = from
    let target = to
    const opening: number[] = []
    while (at !== target) {
      const atDepth = objects[at]?.depth ?? 0
      if ((objects[target]?.depth ?? 0) >= atDepth) {
        opening.push(target)
        target = objects[target]?.parent ?? 0
      } else {
        this.#out.byte(closeBrace)
        at = objects[at]?.parent ?? 0
      }
    }
    for (let i = opening.length - 1; i >= 0; i--) {
      this.#lead(objects[opening[i] ?? 0]?.lead ?? noLead)
      this.#first = true
    }
  }

  #writeTree(tree: RowTree): void {
    this.#out.byte(openBrace)
    let more = false
    for (const [name, member] of tree) {
      const lead = jsonLead(name)
      this.#out.copy(lead, more ? 0 : 1, lead.length)
      more = true
      if ('tree' in member) this.#writeTree(member.tree)
      else if ('rest' in member.leaf) this.#values.writeRest(member.leaf.rest)
      else this.#values.write(member.leaf.column, member.leaf.entry)
    }
    this.#out.byte(closeBrace)
  }
}

export interface AdditionalOptions {
  readonly shape: Shape
  /** How many rows will be written, at most. */
  readonly rows: number
  readonly time: TimeText
}

const noLead = new Uint8Array(0)
