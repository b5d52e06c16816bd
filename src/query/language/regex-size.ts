/**
 * About how many steps the compiled form of a regular expression has, counted from its text: each character,
 * class and operator is one, and `{n,m}` repeats what stands before it. Searching takes time in proportion to
 * it, and so does compiling, which is why it is known before.
 */
export function regexSize(source: string): number {
  // Sizes of the groups that are open, the outermost first; `last` is the size of what stands before.
  const open: number[] = []
  let size = 1
  let last = 0
  part.lastIndex = 0
  for (let found = part.exec(source); found !== null; found = part.exec(source)) {
    const [text, from, to] = found
    if (text === '(') {
      open.push(size)
      size = groupSteps
      last = 0
    } else if (text === ')') {
      last = size
      size = (open.pop() ?? 0) + last
    } else if (from === undefined) {
      last = 1
      size += 1
    } else {
      const times = Number(to === undefined || to === '' ? from : to)
      size += last * Math.max(times - 1, 0) + times
      last = last * times + times
    }
  }
  return open.reduce((sum, outer) => sum + outer, size)
}

/** A group keeps where it begins and ends. */
const groupSteps = 2

/** An escape, a class, a count, or any other character. */
const part = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|[\s\S]/g
