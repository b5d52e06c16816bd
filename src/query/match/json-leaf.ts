import { astray, beyond, type LeafQuestion, type PathLeft, stepInto } from './leaf-question.ts'
import { parseNumber } from './double-range.ts'
import { passesBool, passesNull } from './scalar.ts'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** Asks the scalars of compact JSON values, checked when they came in, one value after the other. */
export class JsonLeaf {
  readonly #question: LeafQuestion
  #bytes: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(question: LeafQuestion) {
    this.#question = question
  }

  /** Whether one of the value's scalars that the rest of the path leads to passes. */
  holds(bytes: Uint8Array, from: number, to: number, left: PathLeft): boolean {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    this.#at = from
    return this.#value(left)
  }

  /** Leaves its place undefined once it has found something. */
  #value(left: PathLeft): boolean {
    const { test, anywhere } = this.#question
    if (left === null && test === null) return true
    const first = this.#bytes[this.#at]
    if (first === openBrace) return this.#object(left)
    if (first === openBracket) return this.#array(left)
    const from = this.#at
    this.#skipScalar()
    if (test === null || (left !== null && !anywhere)) return false
    if (first === quote) return this.#text(from, this.#at)
    if (first === 0x74 || first === 0x66) return passesBool(test, first === 0x74)
    if (first === 0x6e) return passesNull(test)
    if (test.typed === null) return test.text(this.#bytes, from, this.#at)
    const number = parseNumber(this.#bytes.toString('latin1', from, this.#at))
    return number !== null && test.typed.number(number)
  }

  #array(left: PathLeft): boolean {
    this.#at++
    while (this.#bytes[this.#at] !== closeBracket) {
      if (this.#value(left)) return true
      if (this.#bytes[this.#at] === comma) this.#at++
    }
    this.#at++
    return false
  }

  #object(left: PathLeft): boolean {
    this.#at++
    while (this.#bytes[this.#at] !== closeBrace) {
      if (this.#member(left)) return true
      if (this.#bytes[this.#at] === comma) this.#at++
    }
    this.#at++
    return false
  }

  #member(left: PathLeft): boolean {
    const from = this.#at
    this.#skipText()
    const inside = this.#question.anywhere
      ? left
      : stepInto(left, this.#unescaped(from, this.#at).toString())
    if (this.#bytes[this.#at] === colon) this.#at++
    if (inside === beyond && this.#question.test === null) return true
    if (inside !== beyond && inside !== astray) return this.#value(inside)
    this.#skip()
    return false
  }

  #text(from: number, to: number): boolean {
    const text = this.#unescaped(from, to)
    return this.#question.test?.text(text, 0, text.length) ?? true
  }

  #unescaped(from: number, to: number): Buffer {
    const inner = this.#bytes.subarray(from + 1, to - 1)
    if (!inner.includes(backslash)) return inner
    return Buffer.from(String(JSON.parse(this.#bytes.toString('utf8', from, to))))
  }

  /** Steps over a whole value. */
  #skip(): void {
    let depth = 0
    do {
      const byte = this.#bytes[this.#at]
      if (byte === openBrace || byte === openBracket) depth++
      else if (byte === closeBrace || byte === closeBracket) depth--
      if (byte === quote) this.#skipText()
      else this.#at++
    } while (depth > 0 || !this.#isAtEnd())
  }

  #isAtEnd(): boolean {
    const byte = this.#bytes[this.#at]
    return byte === undefined || byte === comma || byte === closeBrace || byte === closeBracket
  }

  #skipScalar(): void {
    if (this.#bytes[this.#at] === quote) this.#skipText()
    else while (!this.#isAtEnd()) this.#at++
  }

  #skipText(): void {
    const bytes = this.#bytes
    let at = this.#at + 1
    while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1
    this.#at = at + 1
  }
}
