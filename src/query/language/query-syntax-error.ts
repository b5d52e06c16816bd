/** A text that is no query. The message is for the person who wrote it. */
export class QuerySyntaxError extends Error {
  /** Where it went wrong: 1 is the first character of the text, one past the last is its end. */
  readonly column: number
  /** What could stand there, in words; never empty. */
  readonly expected: readonly string[]

  constructor(message: string, column: number, expected: readonly string[]) {
    super(message)
    this.name = 'QuerySyntaxError'
    this.column = column
    this.expected = expected
  }
}
