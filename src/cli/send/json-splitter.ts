import type { Splitter } from './splitter.ts'
import { append, SplitError } from './splitter.ts'

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/**
 * Any JSON values one after the other; the elements of an outermost array count as values. It looks at
 * strings and brackets only: whether a value is valid is for the server to say.
 */
export class JsonSplitter implements Splitter {
  #bytes: Uint8Array = new Uint8Array()
  #position = 0
  /** Where the value under way begins; -1 between values. */
  #start = -1
  #depth = 0
  #inString = false
  #inArray = false

  push(chunk: Uint8Array): Uint8Array[] {
    this.#bytes = append(this.#bytes, chunk)
    const values: Uint8Array[] = []
    while (this.#position < this.#bytes.length) {
      if (this.#start < 0) this.#between()
      else if (this.#inString) this.#insideString(values)
      else this.#insideValue(values)
    }
    this.#forgetRead()
    return values
  }

  end(): Uint8Array[] {
    if (this.#inString || this.#depth > 0) throw new SplitError('it ends inside a value')
    if (this.#inArray && this.#start < 0) throw new SplitError('it ends inside a list')
    return this.#start < 0 ? [] : [this.#bytes.slice(this.#start)]
  }

  #between(): void {
    const byte = this.#bytes[this.#position] ?? 0
    if (byte === openBracket && !this.#inArray) this.#inArray = true
    else if (byte === closeBracket && this.#inArray) this.#inArray = false
    else if (byte > 0x20 && !(byte === comma && this.#inArray)) {
      this.#start = this.#position
      // The byte itself is looked at as part of the value.
      if (byte === openBrace || byte === openBracket) this.#depth = 1
      if (byte === quote) this.#inString = true
    }
    this.#position++
  }

  #insideString(values: Uint8Array[]): void {
    const bytes = this.#bytes
    let at = this.#position
    while (at < bytes.length && bytes[at] !== quote && bytes[at] !== backslash) at++
    if (bytes[at] === backslash) {
      // An escape that the chunk cuts in two is looked at again with the next chunk.
      if (at + 1 >= bytes.length) this.#pauseAt(at)
      else this.#position = at + 2
      return
    }
    this.#position = Math.min(at + 1, bytes.length)
    if (at >= bytes.length) return
    this.#inString = false
    if (this.#depth === 0) this.#finish(values, this.#position)
  }

  #insideValue(values: Uint8Array[]): void {
    const bytes = this.#bytes
    for (let at = this.#position; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (this.#depth === 0 && endsScalar(byte)) return this.#finish(values, at)
      if (byte === quote) {
        this.#inString = true
        this.#position = at + 1
        return
      }
      if (byte === openBrace || byte === openBracket) this.#depth++
      else if (byte === closeBrace || byte === closeBracket) {
        this.#depth--
        if (this.#depth === 0) return this.#finish(values, at + 1)
      }
    }
    this.#position = bytes.length
  }

  #finish(values: Uint8Array[], end: number): void {
    values.push(this.#bytes.subarray(this.#start, end))
    this.#start = -1
    this.#position = end
  }

  /** Keeps a lone backslash for the next chunk: `push` ends, and the scan goes on from `at`. */
  #pauseAt(at: number): void {
    this.#resumeAt = at
    this.#position = this.#bytes.length
  }

  #resumeAt = -1

  #forgetRead(): void {
    const resume = this.#resumeAt < 0 ? this.#position : this.#resumeAt
    const keepFrom = this.#start < 0 ? resume : this.#start
    this.#bytes = this.#bytes.slice(keepFrom)
    this.#position = resume - keepFrom
    this.#resumeAt = -1
    if (this.#start >= 0) this.#start = 0
  }
}

function endsScalar(byte: number): boolean {
  return byte <= 0x20 || byte === comma || byte === closeBracket || byte === closeBrace
}
