import type { Kind } from '../../event/kind.ts'

export interface ColumnHead {
  readonly segments: readonly string[]
  readonly kind: Kind
}

/**
 * The objects that the columns of a block stand in. Object 0 is `additional` itself; columns come in tree
 * order, so the members of an object follow each other.
 */
export interface Shape {
  readonly heads: readonly ColumnHead[]
  readonly kinds: Uint8Array
  /** The object that holds each column. */
  readonly objectOf: Uint16Array
  /** What stands before a value in the output: its name in the format's notation. */
  readonly leads: readonly Uint8Array[]
  readonly objects: readonly ObjectNode[]
}

export interface ObjectNode {
  readonly parent: number
  readonly depth: number
  readonly lead: Uint8Array
}

/** Shapes kept by a maker. */
const shapesMax = 8

/** Makes shapes and keeps the newest: the blocks of a service mostly look alike. */
export class ShapeMaker {
  readonly #leadOf: (name: string) => Uint8Array
  /** The one used last comes first. */
  readonly #known: Shape[] = []

  constructor(leadOf: (name: string) => Uint8Array) {
    this.#leadOf = leadOf
  }

  shapeOf(heads: readonly ColumnHead[]): Shape {
    const known = this.#known
    for (let i = 0; i < known.length; i++) {
      const shape = known[i]
      if (shape === undefined || !sameHeads(shape.heads, heads)) continue
      if (i > 0) known.unshift(...known.splice(i, 1))
      return shape
    }
    const fresh = makeShape(heads, this.#leadOf)
    known.unshift(fresh)
    if (known.length > shapesMax) known.pop()
    return fresh
  }
}

interface MutableNode extends ObjectNode {
  readonly children: Map<string, number>
}

function makeShape(heads: readonly ColumnHead[], leadOf: (name: string) => Uint8Array): Shape {
  const objects: MutableNode[] = [
    { parent: 0, depth: 0, lead: new Uint8Array(0), children: new Map() },
  ]
  const objectOf = new Uint16Array(heads.length)
  const leads: Uint8Array[] = []
  for (const [c, head] of heads.entries()) {
    let at = 0
    for (let depth = 0; depth < head.segments.length - 1; depth++) {
      at = childOf(objects, at, head.segments[depth] ?? '', leadOf)
    }
    objectOf[c] = at
    leads.push(leadOf(head.segments.at(-1) ?? ''))
  }
  return { heads, kinds: Uint8Array.from(heads, (head) => head.kind), objectOf, leads, objects }
}

function childOf(
  objects: MutableNode[],
  parent: number,
  name: string,
  leadOf: (name: string) => Uint8Array,
): number {
  const node = objects[parent]
  const known = node?.children.get(name)
  if (known !== undefined) return known
  const child = objects.length
  node?.children.set(name, child)
  objects.push({
    parent,
    depth: (node?.depth ?? 0) + 1,
    lead: leadOf(name),
    children: new Map(),
  })
  return child
}

function sameHeads(a: readonly ColumnHead[], b: readonly ColumnHead[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const one = a[i]
    const other = b[i]
    if (one === undefined || other === undefined || one.kind !== other.kind) return false
    if (one.segments.length !== other.segments.length) return false
    for (let s = 0; s < one.segments.length; s++) {
      if (one.segments[s] !== other.segments[s]) return false
    }
  }
  return true
}
