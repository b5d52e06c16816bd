/** A number as it was written: JavaScript's own cannot hold all of 64 bits. */
export class ExactNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

export type Exact =
  null | boolean | string | ExactNumber | readonly Exact[] | { readonly [name: string]: Exact }

/** Reads JSON with numbers as they were written. Throws SyntaxError. */
export function readExact(text: string): Exact {
  // A codec: JSON has no other kinds, and the reviver leaves no number.
  return JSON.parse(text, exactly) as Exact
}

function exactly(_: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new ExactNumber(context?.source ?? String(value)) : value
}

export type ExactObject = { readonly [name: string]: Exact }

/** The members of an object, none of anything else. */
export function membersOf(value: Exact | undefined): ExactObject {
  const isObject =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof ExactNumber)
  // TypeScript does not see that what is left is the object.
  return isObject ? (value as ExactObject) : {}
}

export const textOf = (value: Exact | undefined): string =>
  typeof value === 'string' ? value : value === undefined ? '' : exactText(value)

/** JSON again, numbers as they were written. */
export function exactText(value: Exact): string {
  if (value instanceof ExactNumber) return value.text
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(exactText).join(',')}]`
  const members = Object.entries(value).map(
    ([name, each]) => `${JSON.stringify(name)}:${exactText(each)}`,
  )
  return `{${members.join(',')}}`
}

const isList = (value: object): value is readonly Exact[] => Array.isArray(value)
