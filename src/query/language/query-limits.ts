/** Bounds of one query: what parsing and evaluating it may cost. Each has a test that crosses it. */
export const queryLimits = {
  /** Characters (UTF-16 units) of the text. */
  lengthMax: 4096,
  /** Words, phrases, field tests and operators of the tree. */
  nodesMax: 512,
  /** Of parentheses and NOT inside one another, so that no recursion over a query is deep. */
  nestingMax: 64,
  /**
   * Steps of all regular expressions of a query, words with stars among them (see regex-size.ts). Searching
   * costs up to 20 ns a step and character.
   */
  regexStepsMax: 2000,
} as const
