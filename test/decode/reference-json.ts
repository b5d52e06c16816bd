import type { Reference } from './reference-value.ts'

const number = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/
const space = /[ \t\n\r]*/y
// oxlint-disable no-control-regex -- JSON forbids them raw
const token =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]*)?|true|false|null|[{}[\],:]/y

/** Reads JSON text by its grammar, number literals and duplicate names kept. Throws SyntaxError. */
export class ReferenceJson {
  at = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** One value and nothing else. */
  static whole(text: string): Reference {
    const reader = new ReferenceJson(text)
    const value = reader.value()
    reader.skipSpace()
    if (reader.at !== text.length) throw new SyntaxError('more than one value')
    return value
  }

  skipSpace(): void {
    space.lastIndex = this.at
    space.exec(this.#text)
    this.at = space.lastIndex
  }

  value(): Reference {
    const next = this.#next()
    if (next === '{') return { type: 'object', members: this.#members() }
    if (next === '[') return { type: 'array', items: this.#items() }
    if (next.startsWith('"')) return { type: 'text', text: textOf(next) }
    if (next === 'true' || next === 'false') return { type: 'word', value: next === 'true' }
    if (next === 'null') return { type: 'word', value: null }
    if (!number.test(next)) throw new SyntaxError(next)
    return numberOf(next)
  }

  #next(): string {
    this.skipSpace()
    token.lastIndex = this.at
    const match = token.exec(this.#text)
    if (match === null) throw new SyntaxError(`at ${this.at}`)
    this.at = token.lastIndex
    return match[0]
  }

  #peek(): string {
    this.skipSpace()
    return this.#text[this.at] ?? ''
  }

  #items(): Reference[] {
    const items: Reference[] = []
    if (this.#peek() === ']') {
      this.at++
      return items
    }
    for (;;) {
      items.push(this.value())
      const next = this.#next()
      if (next === ']') return items
      if (next !== ',') throw new SyntaxError(next)
    }
  }

  #members(): [string, Reference][] {
    const members: [string, Reference][] = []
    if (this.#peek() === '}') {
      this.at++
      return members
    }
    for (;;) {
      const name = this.#next()
      if (!name.startsWith('"') || this.#next() !== ':') throw new SyntaxError(name)
      members.push([textOf(name), this.value()])
      const next = this.#next()
      if (next === '}') return members
      if (next !== ',') throw new SyntaxError(next)
    }
  }
}

function textOf(token: string): string {
  return String(JSON.parse(token))
}

function numberOf(source: string): Reference {
  if (/[.eE]/.test(source) || source === '-0') {
    const value = Number(source)
    if (!Number.isFinite(value)) return { type: 'bad', code: 'number-out-of-range' }
    return { type: 'double', value, source }
  }
  const value = BigInt(source)
  if (value < -(2n ** 63n) || value >= 2n ** 64n)
    return { type: 'bad', code: 'number-out-of-range' }
  return { type: 'integer', value, source }
}
