/** Sizes a buffer grows through: a small answer, and a chunk of a stream with room for its last event. */
const smallBytes = 16 * 1024
const chunkRoomBytes = (256 + 32) * 1024

/** Below this many bytes a loop beats the call of the native copy (14 ns, measured on Bun 1.4.5). */
const loopBytesMax = 32

/** A growing buffer that the renderers write into. `at` is the number of bytes written. */
export class Output {
  bytes: Buffer<ArrayBuffer> = emptyBuffer
  at = 0
  /** The next buffer begins with this size: what follows a full chunk is mostly another. */
  #nextBytes = smallBytes

  /** Makes room for `more` bytes. Read `bytes` again after it. */
  reserve(more: number): void {
    const needed = this.at + more
    if (needed > this.bytes.length) this.#grow(needed)
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  /** Copies `source[from..to)`. */
  copy(source: Uint8Array, from: number, to: number): void {
    this.reserve(to - from)
    const bytes = this.bytes
    let at = this.at
    if (to - from > loopBytesMax) {
      nativeCopy.call(source, bytes, at, from, to)
      this.at = at + (to - from)
      return
    }
    for (let i = from; i < to; i++) bytes[at++] = source[i] ?? 0
    this.at = at
  }

  all(source: Uint8Array): void {
    this.copy(source, 0, source.length)
  }

  /** Writes a string of characters below U+0080. */
  ascii(text: string): void {
    this.reserve(text.length)
    const bytes = this.bytes
    let at = this.at
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i)
    this.at = at
  }

  text(text: string): void {
    this.reserve(text.length * 3)
    this.at += this.bytes.write(text, this.at, 'utf8')
  }

  /** Moves what was written from `from` on by `by` bytes upwards. */
  shift(from: number, by: number): void {
    this.reserve(by)
    this.bytes.copyWithin(from + by, from, this.at)
    this.at += by
  }

  /** Gives the written bytes away, in a buffer of their own that can be transferred. */
  take(): Uint8Array<ArrayBuffer> {
    const used = this.at
    const bytes = this.bytes
    this.at = 0
    // Fast path: a buffer that is mostly full leaves as it is.
    if (used > 0 && used * 4 >= bytes.length * 3) {
      this.bytes = emptyBuffer
      this.#nextBytes = Math.min(bytes.length, chunkRoomBytes)
      return new Uint8Array(bytes.buffer, 0, used)
    }
    const exact = new Uint8Array(used)
    exact.set(bytes.subarray(0, used))
    return exact
  }

  #grow(needed: number): void {
    let size = this.#nextBytes
    if (size < needed) size = needed <= chunkRoomBytes ? chunkRoomBytes : needed * 2
    const fresh = Buffer.allocUnsafeSlow(size)
    this.bytes.copy(fresh, 0, 0, this.at)
    this.bytes = fresh
  }
}

const emptyBuffer = Buffer.allocUnsafeSlow(0)
// Buffer's copy works on any Uint8Array; its type asks for a Buffer only because it is declared there.
const nativeCopy: (
  this: Uint8Array,
  ...range: [target: Uint8Array, at: number, from: number, to: number]
) => number = Buffer.prototype.copy
