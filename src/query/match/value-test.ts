/** The texts of a column: text i is `bytes[offsets[i] .. offsets[i + 1])`, UTF-8. */
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
}

/** Of the scalars that are no texts. */
export interface TypedTest {
  /** A bigint beyond 2^53 - 1 in magnitude only. */
  number(value: number | bigint): boolean
  bool(value: boolean): boolean
  nothing(): boolean
  /** `nanos` are those above `ms`, 0 to 999,999. */
  time(ms: number, nanos: number): boolean
  /** No number passes that is not in this range; NaN twice: no number at all. */
  readonly numbers: { readonly min: number; readonly max: number }
}

const noNumbers = { min: Number.NaN, max: Number.NaN }

/** For tests that are of texts alone. */
export const textsOnly: TypedTest = {
  number: () => false,
  bool: () => false,
  nothing: () => false,
  time: () => false,
  numbers: noNumbers,
}
