const shape = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** Whether a text of a query is a number: as JSON spells them. */
export function isNumberLiteral(text: string): boolean {
  return shape.test(text)
}
