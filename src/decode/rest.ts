import type { Kind } from '../event/kind.ts'
import type { PathNode } from '../ring/path-node.ts'
import type { ScanState } from './scan-state.ts'

/*
 * Members of a block that has no column or no path left. They are kept one by one with their whole path:
 * slower and larger, but nothing is lost and the number of columns stays bounded.
 */

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** The names from the top of `additional` down to `node`. */
export function namesOf(node: PathNode): string[] {
  return node.segments().map((name) => utf8.decode(name))
}

function pathText(names: readonly string[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(names))
}

/** Drops what this row keeps of that member, itself or anything inside it: a later duplicate wins. */
export function forgetRest(s: ScanState, names: readonly string[]): void {
  s.block.forgetRest(pathText(names))
}

/** Where a value stands in the block. */
export interface RestValue {
  readonly reference: number
  readonly bytes: number
  readonly kind: typeof Kind.Json | typeof Kind.Msgpack
}

export function pushRest(s: ScanState, names: readonly string[], value: RestValue): void {
  const path = pathText(names)
  s.block.pushRest({
    path: s.block.appendExtra(path),
    pathBytes: path.length,
    value: value.reference,
    valueBytes: value.bytes,
    kind: value.kind,
  })
}

/** Whether this row holds any member inside that one. */
export function holdsAny(s: ScanState, node: PathNode | null, names: readonly string[]): boolean {
  return s.block.holds(node, pathText(names))
}
