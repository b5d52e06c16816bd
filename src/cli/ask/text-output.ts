import type { Writable } from 'node:stream'

/** Nobody reads the output any more, as behind `| head`: the command is over, and all is well. */
export class OutputClosed extends Error {}

/** Writes to a stream at the pace of its reader. */
export class TextOutput {
  readonly #stream: Writable
  #isClosed = false

  constructor(stream: Writable) {
    this.#stream = stream
    // Every write hears of its own error; without this one it would end the process as well.
    stream.on('error', () => {
      this.#isClosed = true
    })
  }

  /** Resolves when the reader has room for more. Throws OutputClosed. */
  write(text: string | Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) {
        reject(new OutputClosed())
        return
      }
      this.#stream.write(text, (error) => {
        if (error === null || error === undefined) resolve()
        else reject(new OutputClosed())
      })
    })
  }
}
