import * as zlib from 'node:zlib'

/** A body, and the Content-Encoding that says how to read it. */
export interface Compressed {
  readonly encoding: 'identity' | 'gzip' | 'zstd'
  readonly body: Uint8Array
}

/** Below this, compression saves less than it costs. */
const worthBytes = 1024

/** zstd where the runtime has it (Bun, Node.js from 22.15), else gzip. */
export async function compress(body: Uint8Array): Promise<Compressed> {
  if (body.length < worthBytes) return { encoding: 'identity', body }
  return new Promise((resolve) => {
    const zstd = 'zstdCompress' in zlib
    const done = (error: Error | null, result: Uint8Array): void =>
      resolve(
        error === null || error === undefined
          ? { encoding: zstd ? 'zstd' : 'gzip', body: result }
          : { encoding: 'identity', body },
      )
    if (zstd) zlib.zstdCompress(body, done)
    else zlib.gzip(body, { level: 1 }, done)
  })
}
