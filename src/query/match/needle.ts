import { findFolded, foldedBytes, standsAt } from './ascii-fold.ts'
import type { Texts } from './value-test.ts'

/** Below this many bytes a search of its own costs more than to look at each text. */
const sweptBytesMin = 512
/** Bytes of a needle that the expression looks for; the rest is compared. */
const patternBytesMax = 32
/** Bytes that are made a string at once. */
const chunkBytes = 0x1_0000
/** Other bytes of a needle than letters that are looked for alone, so that none has to be made a string. */
const literalMin = 2
/** Of these there may be one in so many bytes that is part of no needle: more cost more than strings. */
const missGap = 512

/**
 * A literal, letters A to Z in either case, to be found in many texts at once: their bytes are walked as one
 * by the runtime's own search. 300 KB of stack traces take 3 µs without letters and 30 µs with (20 of them to
 * make strings of the bytes, which a regular expression can read).
 */
export class Needle {
  /** In lower case; not empty. */
  readonly bytes: Buffer
  /** Whether an IPv4 address could hold it. */
  readonly isOfAddress: boolean
  readonly #pattern: RegExp
  readonly #patternBytes: number
  /** The longest piece of it without letters, and where it begins. */
  readonly #literal: Buffer
  readonly #literalAt: number

  constructor(text: string) {
    this.bytes = foldedBytes(text)
    this.isOfAddress = /^[0-9.]*$/.test(text)
    const latin1 = this.bytes.toString('latin1')
    const head = latin1.slice(0, patternBytesMax)
    this.#pattern = new RegExp(head.replace(/[\\^$.|?*+()[\]{}/-]/g, String.raw`\$&`), 'gi')
    this.#patternBytes = head.length
    const pieces = latin1.split(/[a-z]+/)
    const literal = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '')
    this.#literal = Buffer.from(literal, 'latin1')
    this.#literalAt = latin1.indexOf(literal)
  }

  /** Sets `passes[i]` for every text that holds the needle. */
  mark(texts: Texts, passes: Uint8Array): void {
    const from = texts.offsets[0] ?? 0
    const to = texts.offsets[passes.length] ?? 0
    if (to - from < sweptBytesMin) return this.#markEach(texts, passes)
    const isAll = this.#literal.length === this.bytes.length
    const next =
      isAll || this.#literal.length >= literalMin ? this.#markByLiteral(texts, passes) : from
    if (next < to) this.#markByPattern(texts, passes, next)
  }

  #markEach({ bytes, offsets }: Texts, passes: Uint8Array): void {
    for (let i = 0; i < passes.length; i++) {
      const at = findFolded(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0, this.bytes)
      if (at >= 0) passes[i] = 1
    }
  }

  /** Where it gave up, because the literal is too frequent to be worth while; or the end. */
  #markByLiteral({ bytes, offsets }: Texts, passes: Uint8Array): number {
    const from = offsets[0] ?? 0
    const to = offsets[passes.length] ?? 0
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    const hits = new Hits(offsets, passes, this.bytes.length)
    const isAll = this.#literal.length === this.bytes.length
    const before = this.#literalAt
    let misses = -8
    let at = haystack.indexOf(this.#literal, from + before)
    while (at >= 0) {
      const start = at - before
      const isHit = isAll || (start + this.bytes.length <= to && standsAt(bytes, start, this.bytes))
      if (!isHit && ++misses * missGap > start - from) return start
      const next = isHit ? hits.add(start) : start + 1
      at = haystack.indexOf(this.#literal, next + before)
    }
    return to
  }

  #markByPattern({ bytes, offsets }: Texts, passes: Uint8Array, start: number): void {
    const pattern = this.#pattern
    const to = offsets[passes.length] ?? 0
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    const hits = new Hits(offsets, passes, this.bytes.length)
    const overlap = this.#patternBytes - 1
    let from = start
    while (from < to) {
      const end = Math.min(from + chunkBytes, to)
      const text = haystack.toString('latin1', from, Math.min(end + overlap, to))
      let next = from
      pattern.lastIndex = 0
      while (pattern.test(text)) {
        const at = from + pattern.lastIndex - this.#patternBytes
        // The expression takes É for é, too, and sees the beginning of a long needle only.
        next =
          at + this.bytes.length <= to && standsAt(bytes, at, this.bytes) ? hits.add(at) : at + 1
        pattern.lastIndex = next - from
      }
      from = Math.max(end, next)
    }
  }
}

/** Finds the text that a hit is in; hits come upwards. */
class Hits {
  readonly #offsets: Uint32Array
  readonly #passes: Uint8Array
  readonly #needleBytes: number
  #text = 0

  constructor(offsets: Uint32Array, passes: Uint8Array, needleBytes: number) {
    this.#offsets = offsets
    this.#passes = passes
    this.#needleBytes = needleBytes
  }

  /** Where to go on searching. */
  add(at: number): number {
    const text = textAt(this.#offsets, this.#text, this.#passes.length, at)
    this.#text = text
    const next = this.#offsets[text + 1] ?? 0
    // It stands partly in the next text: no hit.
    if (at + this.#needleBytes > next) return at + 1
    this.#passes[text] = 1
    return next
  }
}

/** The text that holds the byte `at`; it is not before the text `from`. */
function textAt(offsets: Uint32Array, from: number, count: number, at: number): number {
  let low = from
  let step = 1
  while (low + step < count && (offsets[low + step] ?? 0) <= at) {
    low += step
    step *= 2
  }
  let high = Math.min(low + step, count)
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((offsets[middle] ?? 0) <= at) low = middle
    else high = middle
  }
  return low
}
