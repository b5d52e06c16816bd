import { findFolded, foldedBytes, standsAt } from './ascii-fold.ts'
import type { Texts } from './value-test.ts'

/** Below this many bytes a search of its own costs more than to look at each text. */
const sweptBytesMin = 512
/** Bytes of a needle that the expression looks for; the rest is compared. */
const patternBytesMax = 32
/** Bytes that are made a string at once. */
const chunkBytes = 0x1_0000

/**
 * A literal, letters A to Z in either case, to be found in many texts at once: their bytes are walked as one
 * by the runtime's own search. 300 KB of stack traces take 3 µs without letters and 30 µs with (20 of them to
 * make strings of the bytes, which a regular expression can read).
 */
export class Needle {
  /** In lower case; not empty. */
  readonly bytes: Buffer
  readonly #pattern: RegExp | null
  readonly #patternBytes: number

  constructor(text: string) {
    this.bytes = foldedBytes(text)
    const latin1 = this.bytes.toString('latin1', 0, patternBytesMax)
    const escaped = latin1.replace(/[\\^$.|?*+()[\]{}/-]/g, String.raw`\$&`)
    this.#pattern = /[a-z]/.test(latin1) ? new RegExp(escaped, 'gi') : null
    this.#patternBytes = latin1.length
  }

  /** Sets `passes[i]` for every text that holds the needle. */
  mark(texts: Texts, passes: Uint8Array): void {
    const from = texts.offsets[0] ?? 0
    const to = texts.offsets[passes.length] ?? 0
    if (to - from < sweptBytesMin) this.#markEach(texts, passes)
    else if (this.#pattern === null) this.#markByBytes(texts, passes)
    else this.#markByPattern(texts, passes, this.#pattern)
  }

  #markEach({ bytes, offsets }: Texts, passes: Uint8Array): void {
    for (let i = 0; i < passes.length; i++) {
      const at = findFolded(bytes, offsets[i] ?? 0, offsets[i + 1] ?? 0, this.bytes)
      if (at >= 0) passes[i] = 1
    }
  }

  #markByBytes({ bytes, offsets }: Texts, passes: Uint8Array): void {
    const to = offsets[passes.length] ?? 0
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    const hits = new Hits(offsets, passes, this.bytes.length)
    let at = haystack.indexOf(this.bytes, offsets[0] ?? 0)
    while (at >= 0) at = haystack.indexOf(this.bytes, hits.add(at))
  }

  #markByPattern({ bytes, offsets }: Texts, passes: Uint8Array, pattern: RegExp): void {
    const to = offsets[passes.length] ?? 0
    const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, to)
    const hits = new Hits(offsets, passes, this.bytes.length)
    const overlap = this.#patternBytes - 1
    for (let from = offsets[0] ?? 0; from < to;) {
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
