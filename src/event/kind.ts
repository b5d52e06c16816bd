/**
 * The kinds of value that a member of `additional` can hold. One column of a block holds values of one
 * path and one kind, so a name that carries text in one event and a number in the next costs two columns
 * and loses neither.
 */
export const Kind = {
  /** JSON `null`, msgpack nil. Only the rows are kept. */
  Null: 0,
  /** 0 or 1, in `low`. */
  Bool: 1,
  /** An integer of at most 2^53 - 1 in magnitude, in `numbers`. Negative zero is a Double. */
  Int: 2,
  /** An IEEE 754 double, in `numbers`: JSON numbers with a fraction or an exponent, msgpack floats. */
  Double: 3,
  /** Valid UTF-8, unescaped: `low` is the text reference (see BlockBuilder), `high` its bytes. */
  Text: 4,
  /** An integer beyond 2^53 - 1 that fits 64 bits signed: two's complement, `low` and `high` 32 bits. */
  Int64: 5,
  /** An integer from 2^63 to 2^64 - 1: `low` and `high` 32 bits. */
  Uint64: 6,
  /** A msgpack timestamp: whole seconds since the epoch in `numbers`, nanoseconds in `low`. */
  Time: 7,
  /** msgpack bin: `low` is the reference, `high` its bytes. */
  Bytes: 8,
  /** An array or an empty object as compact JSON text, duplicate names resolved: as for Text. */
  Json: 9,
  /** An array as msgpack bytes, checked (no records, no duplicate names): as for Bytes. */
  Msgpack: 10,
} as const

export type Kind = (typeof Kind)[keyof typeof Kind]

export const kindCount = 11

/** How a kind is called in the directory's documentation, in field lists and in problem details. */
export const kindNames = [
  'null',
  'bool',
  'int',
  'double',
  'text',
  'int64',
  'uint64',
  'time',
  'bytes',
  'json',
  'msgpack',
] as const
