/**
 * Patterns of facilities: literal text in which `*` stands for any characters, none included. At most
 * `patternsMax` a grant, so that an event costs no more than a few comparisons.
 */
export const patternsMax = 64
export const patternBytesMax = 256

/** What is wrong with a pattern, or ''. */
export function patternProblem(pattern: string): string {
  if (pattern === '') return 'a pattern is not empty'
  if (Buffer.byteLength(pattern) > patternBytesMax)
    return `a pattern has at most ${patternBytesMax} bytes`
  return /\*\*/.test(pattern) ? 'one star is enough' : ''
}

/** True where any of the patterns is the facility, whole and in its own case. */
export function matchesFacility(patterns: readonly string[] | 'all', facility: string): boolean {
  if (patterns === 'all') return true
  return patterns.some((pattern) => matchesOne(pattern, facility))
}

/**
 * True where every facility of the pattern `narrow` is one of the pattern `wide`. A star of the narrow one is
 * a character that no facility holds: only a star of the wide one takes it.
 */
export function coversFacility(wide: string, narrow: string): boolean {
  return matchesOne(wide, narrow.replaceAll('*', '\0'))
}

/** The pieces between the stars must follow one another; the first and the last are anchored. Linear. */
function matchesOne(pattern: string, facility: string): boolean {
  const pieces = pattern.split('*')
  const [first = ''] = pieces
  if (pieces.length === 1) return pattern === facility
  const last = pieces.at(-1) ?? ''
  if (facility.length < first.length + last.length) return false
  if (!facility.startsWith(first) || !facility.endsWith(last)) return false
  let at = first.length
  const end = facility.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = facility.indexOf(piece, at)
    if (found === -1 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
