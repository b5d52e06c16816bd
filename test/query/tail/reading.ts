/** Reads a stream until its text matches; the text so far. Rejects when it ends before. */
export class Reading {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  text = ''

  constructor(stream: ReadableStream<Uint8Array> | null) {
    if (stream === null) throw new Error('no tail')
    this.#reader = stream.getReader()
  }

  async until(pattern: RegExp): Promise<void> {
    while (!pattern.test(this.text)) {
      const { done, value } = await this.#reader.read()
      if (done) throw new Error(`ended before ${pattern}: ${this.text}`)
      this.text += Buffer.from(value).toString()
    }
  }

  async isOver(): Promise<boolean> {
    return (await this.#reader.read()).done
  }

  cancel(): Promise<void> {
    return this.#reader.cancel()
  }
}
