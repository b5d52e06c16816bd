/*
 * Values as a test tells them apart: integers are bigints, numbers are doubles, objects are maps, so that
 * 1 is not 1.0 and no name is special.
 */

export type Leaf =
  null | boolean | bigint | number | string | Uint8Array | Instant | Leaf[] | Map<string, Leaf>

export interface Instant {
  readonly seconds: number
  readonly nanos: number
}

/** Equal leaves have equal texts. */
export function show(leaf: Leaf): string {
  if (leaf === null || typeof leaf === 'boolean') return `${leaf}`
  if (typeof leaf === 'bigint') return `${leaf}n`
  if (typeof leaf === 'number') return Object.is(leaf, -0) ? '-0d' : `${leaf}d`
  if (typeof leaf === 'string') return JSON.stringify(leaf)
  if (leaf instanceof Uint8Array) return `x${Buffer.from(leaf).toString('hex')}`
  if (Array.isArray(leaf)) return `[${leaf.map(show).join(',')}]`
  if (!(leaf instanceof Map)) return `@${leaf.seconds}+${leaf.nanos}`
  const members = [...leaf].map(([name, value]) => `${JSON.stringify(name)}:${show(value)}`)
  return `{${members.sort().join(',')}}`
}

/** Compact JSON text. Bytes and instants have none. */
export function jsonOf(leaf: Leaf): string {
  if (typeof leaf === 'number') return doubleText(leaf)
  if (Array.isArray(leaf)) return `[${leaf.map(jsonOf).join(',')}]`
  if (leaf instanceof Map) {
    return `{${[...leaf].map(([name, value]) => `${JSON.stringify(name)}:${jsonOf(value)}`).join(',')}}`
  }
  if (typeof leaf === 'string') return JSON.stringify(leaf)
  if (typeof leaf === 'object' && leaf !== null) throw new Error('JSON has no such value')
  return `${leaf}`
}

export function doubleText(value: number): string {
  const text = Object.is(value, -0) ? '-0' : `${value}`
  return Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text
}

/** Reads JSON by the runtime's parser, which hands out the text of each number. */
export function readJson(text: string): Leaf {
  // The third argument is newer than TypeScript's declaration of JSON.parse.
  return leafOf(JSON.parse(text, exactNumber as (name: string, value: unknown) => unknown))
}

function exactNumber(_: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number') return value
  const source = context.source ?? ''
  return /[.eE]/.test(source) ? value : BigInt(source)
}

function leafOf(value: unknown): Leaf {
  if (Array.isArray(value)) return value.map(leafOf)
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, inner]) => [name, leafOf(inner)]))
  }
  if (
    value === null ||
    typeof value === 'boolean' ||
    typeof value === 'bigint' ||
    typeof value === 'number' ||
    typeof value === 'string'
  ) {
    return value
  }
  throw new Error(`no leaf: ${typeof value}`)
}
