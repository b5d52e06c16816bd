import type { Column } from './column.ts'
import type { Kind } from '../event/kind.ts'
import { jsonPattern, NamePattern } from './name-pattern.ts'

/**
 * One name at one level of `additional`, in the tree of a block's paths. A client that sends
 * `{"a.b": 1}` and one that sends `{"a": {"b": 1}}` make different nodes, so each gets its own shape back.
 */
export class PathNode {
  readonly name: Uint8Array
  readonly parent: PathNode | null
  readonly depth: number
  /** The member that followed this one last time: the scanner compares it before it hashes. */
  next: PathNode | null = null
  /** The member that came first last time, when this node is an object. */
  first: PathNode | null = null
  /** The stamp of the event that used this node last: equal means a duplicate name. */
  stamp = 0
  readonly columns: (Column | undefined)[] = []
  /** The column used last: most names have values of one kind. Written by BlockBuilder.column. */
  recent: Column | null = null
  readonly children: PathNode[] = []
  /** How a JSON body spells the name, up to the colon; null if it needs escapes. */
  readonly json: NamePattern | null
  /** How a msgpack body spells the name; null if it is longer than 31 bytes. */
  readonly msgpack: NamePattern | null
  readonly #byHash = new Map<number, PathNode>()
  #sameHash: PathNode | null = null

  constructor(name: Uint8Array, parent: PathNode | null) {
    this.name = name
    this.parent = parent
    this.depth = parent === null ? 0 : parent.depth + 1
    this.json = jsonPattern(name)
    this.msgpack = name.length < 32 ? new NamePattern([0xa0 | name.length, ...name]) : null
  }

  /** Whether this node's name is `bytes[from..to)`. */
  is(bytes: Uint8Array, from: number, to: number): boolean {
    const name = this.name
    if (name.length !== to - from) return false
    for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false
    return true
  }

  /** The child of that name, or null. */
  find(bytes: Uint8Array, from: number, to: number): PathNode | null {
    let node = this.#byHash.get(hashName(bytes, from, to)) ?? null
    while (node !== null && !node.is(bytes, from, to)) node = node.#sameHash
    return node
  }

  /** Adds a child; its name is copied. */
  add(bytes: Uint8Array, from: number, to: number): PathNode {
    // Not slice(): on a Buffer that is a view, and a name would carry its whole body from thread to thread.
    const node = new PathNode(new Uint8Array(bytes.subarray(from, to)), this)
    const hash = hashName(bytes, from, to)
    node.#sameHash = this.#byHash.get(hash) ?? null
    this.#byHash.set(hash, node)
    this.children.push(node)
    return node
  }

  column(kind: Kind): Column | undefined {
    return this.columns[kind]
  }

  /** The names from the top of `additional` down to this node. */
  segments(): Uint8Array[] {
    const names: Uint8Array[] = []
    for (let node: PathNode = this; node.parent !== null; node = node.parent) names.push(node.name)
    return names.reverse()
  }
}

/** FNV-1a over the bytes of a name. */
function hashName(bytes: Uint8Array, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193)
  return hash
}
