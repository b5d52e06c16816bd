import type { ValueTest } from './value-test.ts'

/** What is asked of the arrays that Json and Msgpack columns hold. */
export interface LeafQuestion {
  /** Null: whether there is any value. */
  readonly test: ValueTest | null
  /** True: of every scalar inside, wherever it is. */
  readonly anywhere: boolean
}

/** The rest of the path to a value: null when it is reached. */
export type PathLeft = string | null

/** Of a member that does not lie on the path. */
export const astray = Symbol('astray')
/** Of a member whose name goes on from the end of the path by a dot. */
export const beyond = Symbol('beyond')

/** Where the member `name` of an object is that is reached with `left`. */
export function stepInto(left: PathLeft, name: string): PathLeft | typeof astray | typeof beyond {
  if (left === null) return astray
  if (left === name) return null
  if (left.startsWith(name) && left[name.length] === '.') return left.slice(name.length + 1)
  return name.startsWith(left) && name[left.length] === '.' ? beyond : astray
}
