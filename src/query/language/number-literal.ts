const shape = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Whether a text of a query is a number: as JSON spells them. */
export function isNumberLiteral(text: string): boolean {
  return shape.test(text)
}

/**
 * The value of a number literal: exact when it has digits alone, else the nearest double. JavaScript compares
 * a bigint with a number exactly, so the two mix in `<` and `==`.
 */
export function numberOfLiteral(text: string): bigint | number {
  return /^-?\d+$/.test(text) ? BigInt(text) : Number(text)
}
