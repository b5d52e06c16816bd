/** What a literal of fewer bytes finds is no less than everything. */
const literalMin = 2

/** Escapes that are no literal, but stand for a character or a place. */
const classEscapes = 'dDsSwWbBAz'
const repeats = '?*+{'
const repeatedFlags = /^(?:\(\?[a-zA-Z-]*\))+[?*+{]/

/**
 * The longest literal that every text in which the regular expression is found must hold, letters in either
 * case; '' where none is seen. Sees what is written out at the top of the expression, `[Xx]` for a letter
 * included, and gives up on what it does not know.
 */
export function literalIn(source: string): string {
  const reader = new LiteralReader(source)
  return reader.read() && reader.longest.length >= literalMin ? reader.longest : ''
}

class LiteralReader {
  longest = ''
  readonly #source: string
  /** RE2 takes other characters for k and s, and for what is not ASCII, when it ignores case. */
  readonly #ignoresCase: boolean
  #at = 0
  #run: string[] = []

  constructor(source: string) {
    this.#source = source
    this.#ignoresCase = /\(\?[a-zA-Z]*i/.test(source)
  }

  /** False: there are alternatives, or things it does not know. */
  read(): boolean {
    while (this.#at < this.#source.length) {
      if (!this.#readOne()) return false
    }
    this.#break()
    return true
  }

  #readOne(): boolean {
    const char = String.fromCodePoint(this.#source.codePointAt(this.#at) ?? 0)
    switch (char) {
      case '|':
        return false
      case '\\':
        return this.#readEscape()
      case '[':
        return this.#readClass()
      case '(':
        // What is repeated stands before the flags: of `ab(?i)?` it is the b.
        if (repeatedFlags.test(this.#source.slice(this.#at))) return false
        this.#break()
        return this.#skipGroup()
      case '^':
      case '$':
      case '.':
        this.#break()
        this.#at++
        return true
      default:
        if (repeats.includes(char)) return this.#readRepeat(char)
        this.#at += char.length
        this.#add(char)
        return true
    }
  }

  #readEscape(): boolean {
    const char = this.#source.charAt(this.#at + 1)
    this.#at += 2
    if (classEscapes.includes(char)) this.#break()
    else if (/^[!-/:-@[-`{-~]$/.test(char)) this.#add(char)
    else return false
    return true
  }

  /** `[Xx]` is the letter, any other class is unknown. */
  #readClass(): boolean {
    const match = /^\[(?:([A-Z])([a-z])|([a-z])([A-Z]))\]/.exec(
      this.#source.slice(this.#at, this.#at + 4),
    )
    if (match === null) {
      this.#break()
      return this.#skipClass()
    }
    const [, upper = match[4] ?? '', lower = match[3] ?? ''] = match
    this.#at += 4
    if (upper.toLowerCase() === lower) this.#add(lower)
    else this.#break()
    return true
  }

  /** What is repeated need not be there, or be there more than once. */
  #readRepeat(char: string): boolean {
    const last = this.#run.pop()
    if (char === '+' && last !== undefined) this.#run.push(last)
    this.#break()
    if (char === '{') {
      const end = this.#source.indexOf('}', this.#at)
      if (end < 0 || !/^\{\d+(,\d*)?$/.test(this.#source.slice(this.#at, end))) return false
      this.#at = end
    }
    this.#at++
    return true
  }

  #skipClass(): boolean {
    this.#at++
    if (this.#source[this.#at] === '^') this.#at++
    if (this.#source[this.#at] === ']') this.#at++
    while (this.#at < this.#source.length) {
      const char = this.#source[this.#at]
      // Classes of POSIX hold brackets of their own.
      if (char === '[') return false
      this.#at += char === '\\' ? 2 : 1
      if (char === ']') return true
    }
    return false
  }

  #skipGroup(): boolean {
    let depth = 0
    do {
      const char = this.#source[this.#at]
      if (char === undefined) return false
      if (char === '[') {
        if (!this.#skipClass()) return false
        continue
      }
      if (char === '(') depth++
      if (char === ')') depth--
      if (char === '\\' && /[QE]/.test(this.#source.charAt(this.#at + 1))) return false
      this.#at += char === '\\' ? 2 : 1
    } while (depth > 0)
    return true
  }

  #add(char: string): void {
    if (this.#ignoresCase && (/[ks]/i.test(char) || char > '\x7f')) this.#break()
    else this.#run.push(char)
  }

  #break(): void {
    const run = this.#run.join('')
    if (run.length > this.longest.length) this.longest = run
    this.#run = []
  }
}
