/**
 * A name as the bytes that spell it in a body, with what stands around it, so that one comparison settles
 * whether it comes next. Four bytes at a time: 1 ns for each four.
 */
export class NamePattern {
  readonly length: number
  readonly #bytes: Uint8Array
  /** Little-endian; the last word overlaps the one before. */
  readonly #words: Int32Array
  readonly #last: number

  constructor(bytes: ArrayLike<number>) {
    this.#bytes = Uint8Array.from(bytes)
    this.length = bytes.length
    const view = new DataView(this.#bytes.buffer)
    const count = bytes.length < 4 ? 0 : Math.ceil(bytes.length / 4)
    this.#words = Int32Array.from({ length: count }, (_, i) =>
      view.getInt32(Math.min(i * 4, bytes.length - 4), true),
    )
    this.#last = count - 1
  }

  /** Whether the pattern stands at `at`, all of it before `end`, the view's end. */
  standsAt(view: DataView, end: number, at: number): boolean {
    const last = this.#last
    if (at + this.length > end) return false
    if (last < 0) return this.#standsBytewise(view, at)
    const words = this.#words
    for (let i = 0; i < last; i++) if (view.getInt32(at + i * 4, true) !== words[i]) return false
    return view.getInt32(at + this.length - 4, true) === words[last]
  }

  #standsBytewise(view: DataView, at: number): boolean {
    for (let i = 0; i < this.length; i++) {
      if (view.getUint8(at + i) !== this.#bytes[i]) return false
    }
    return true
  }
}

/**
 * The name behind its opening quote, with the closing one and the colon. A name that holds a quote or a
 * backslash never stands in JSON as it is: looked for, it could pass for the end of another.
 */
export function jsonPattern(name: Uint8Array): NamePattern | null {
  if (name.some((byte) => byte < 0x20 || byte === 0x22 || byte === 0x5c)) return null
  return new NamePattern([...name, 0x22, 0x3a])
}
