/* Words with stars, such as `pay*`, are regular expressions of the word's own rule. */

const wordCharacter = '[0-9A-Za-z_]'
const boundary = '[^0-9A-Za-z_]'

/**
 * The regular expression that finds a word made of these pieces, with any letters, digits and `_` between
 * them. RE2 has no look-around, so the boundary is consumed.
 */
export function wordPattern(pieces: readonly string[]): string {
  const body = pieces.map(literal).join(`${wordCharacter}*`)
  const before = pieces[0] === '' ? '' : `(?:^|${boundary})`
  const after = pieces.at(-1) === '' ? '' : `(?:$|${boundary})`
  return `${before}${strip(body)}${after}`
}

/** A star at either end matches whatever is there: it needs no expression. */
function strip(body: string): string {
  const star = `${wordCharacter}*`
  const head = body.startsWith(star) ? body.slice(star.length) : body
  return head.endsWith(star) ? head.slice(0, -star.length) : head
}

/** ASCII letters in either case. RE2's `(?i)` would fold other letters too. */
function literal(piece: string): string {
  return piece.replace(/[A-Za-z]|[\\^$.|?*+()[\]{}]/g, (char) =>
    /[A-Za-z]/.test(char) ? `[${char.toUpperCase()}${char.toLowerCase()}]` : `\\${char}`,
  )
}
