/** Cuts a file into its events as it is read; holds no more than one unfinished event. */
export interface Splitter {
  /** The events that `chunk` completes, as bytes of their own. Throws SplitError. */
  push(chunk: Uint8Array): Uint8Array[]
  /** What is left once the file has ended. Throws SplitError. */
  end(): Uint8Array[]
}

/** The file cannot be cut on. The message names what was found. */
export class SplitError extends Error {
  override readonly name = 'SplitError'
}

/** Longer than any event the server takes, in bytes: what passes it is no list of events. */
export const eventBytesMax = 16 << 20

export function append(rest: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (rest.length === 0) return chunk
  if (rest.length + chunk.length > eventBytesMax + (1 << 20)) {
    throw new SplitError(`an event of more than ${eventBytesMax >> 20} MiB`)
  }
  return Buffer.concat([rest, chunk])
}
