import type { Needle } from './needle.ts'

/** The texts of a column: text i is `bytes[offsets[i] .. offsets[i + 1])`, UTF-8, one after the other. */
export interface Texts {
  readonly bytes: Uint8Array
  readonly offsets: Uint32Array
}

/** A test of one scalar: an operator of the filter language with what stands behind it. */
export interface ValueTest {
  /** Of a text; and, when `typed` is null, of numbers, bools and null as they are spelled. */
  text(bytes: Uint8Array, from: number, to: number): boolean
  /** Null: scalars that are no texts are spelled and given to `text`. */
  readonly typed: TypedTest | null
  /** What every text that passes holds; null: nothing is known. */
  readonly needle: Needle | null
  /** Whether every text that holds the needle passes. */
  readonly isNeedleAll: boolean
  /** What a token filter is asked for; null: it cannot help. */
  readonly tokens: Tokens | null
  /** The IPv4 addresses that pass, as one number, when the test is of them; both ends included. */
  readonly addresses?: { readonly first: number; readonly last: number }
}

/** Hashes of what a text that passes must hold; see page/token-filter.ts. */
export interface Tokens {
  readonly words: Int32Array
  /** Null: no UUID passes. 'any': the filter cannot tell. */
  readonly uuid: Int32Array | 'any' | null
}

/** Of the scalars that are no texts. */
export interface TypedTest {
  /** A bigint beyond 2^53 - 1 in magnitude only. */
  number(value: number | bigint): boolean
  /** A double passes exactly when it is in this range, ends included; NaN twice: none does. */
  readonly doubles: { readonly min: number; readonly max: number }
  bool(value: boolean): boolean
  nothing(): boolean
  /** `nanos` are those above `ms`, 0 to 999,999. */
  time(ms: number, nanos: number): boolean
}

export const noDoubles = { min: Number.NaN, max: Number.NaN }

/** For tests that are of texts alone. */
export const textsOnly: TypedTest = {
  number: () => false,
  doubles: noDoubles,
  bool: () => false,
  nothing: () => false,
  time: () => false,
}
