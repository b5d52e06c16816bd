import { Kind } from '../../event/kind.ts'
import { astray, beyond, type PathLeft, stepInto } from '../match/leaf-question.ts'
import type { Value } from './contract.ts'
import { type Decoded, DecodedTime, decodeMsgpack } from './msgpack-scalars.ts'
import { bigintValue, numberValue } from './value.ts'

/** A value of an array or of a member without a column, as it lies in its block. */
export interface StoredLeaf {
  readonly kind: Kind
  readonly bytes: Uint8Array
  readonly from: number
  readonly to: number
}

/** Hands out the scalars that the rest of a path leads to, in order; null and bytes are left out. */
export function visitScalars(
  leaf: StoredLeaf,
  left: PathLeft,
  visit: (value: Exclude<Value, null>) => void,
): void {
  walk(decodeLeaf(leaf), left, visit)
}

export function decodeLeaf({ kind, bytes, from, to }: StoredLeaf): Decoded {
  if (kind === Kind.Msgpack) return decodeMsgpack(bytes, from, to)
  return decodeJson(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString())
}

/** Digits that may be more than a double holds. */
const longNumber = /[0-9]{16}/

function decodeJson(text: string): Decoded {
  if (!longNumber.test(text)) return mapsOf(JSON.parse(text))
  // The third argument is newer than TypeScript's declaration of JSON.parse.
  return mapsOf(JSON.parse(text, exactInteger as (name: string, value: unknown) => unknown))
}

function exactInteger(_: string, value: unknown, context: { source?: string }): unknown {
  const source = context.source ?? ''
  return typeof value === 'number' && /^-?[0-9]{16,20}$/.test(source) ? BigInt(source) : value
}

function mapsOf(value: unknown): Decoded {
  if (Array.isArray(value)) return value.map(mapsOf)
  if (typeof value === 'object' && value !== null) {
    return new Map(Object.entries(value).map(([name, member]) => [name, mapsOf(member)]))
  }
  return value as Decoded // A codec: JSON has no other values, and the reviver adds bigints.
}

function walk(value: Decoded, left: PathLeft, visit: (value: Exclude<Value, null>) => void): void {
  if (Array.isArray(value)) {
    for (const element of value) walk(element, left, visit)
  } else if (value instanceof Map) {
    for (const [name, member] of value) {
      const inside = stepInto(left, name)
      if (inside !== astray && inside !== beyond) walk(member, inside, visit)
    }
  } else if (left !== null || value === null || value === undefined) return
  else visit(value instanceof DecodedTime ? value.text : scalarOf(value))
}

export function scalarOf(value: string | number | bigint | boolean): Exclude<Value, null> {
  if (typeof value === 'number') return numberValue(value)
  return typeof value === 'bigint' ? bigintValue(value) : value
}
