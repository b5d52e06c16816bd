import { ByteSink } from './byte-sink.ts'
import { sectionBytesMax } from './format.ts'

/** Sections shorter than this share one piece, which is compressed as a whole. */
export const sharedBytesMax = 512
/** Pieces shorter than this stay with the piece before them. */
const pieceBytesMin = 1024
const zstdLevel = 1
/** Compression must save a sixteenth, for the reader pays for it too. */
const savedAtLeast = 16
const sampleBytes = 4096

/** Where a section lies: in the shared piece, or in pieces of its own. */
export interface Section {
  readonly bytes: number
  /** Pairs of raw and stored bytes, piece after piece; null: in the shared piece. */
  readonly pieces: readonly number[] | null
}

/** Collects the sections of a block: the shared piece and the others' pieces, compressed where it pays. */
export class SectionWriter {
  readonly #shared = new ByteSink()
  readonly #stored: Uint8Array[] = []

  /** Takes what `sink` holds as the next section, and clears it. */
  add(sink: ByteSink): Section {
    const bytes = sink.length
    if (bytes > sectionBytesMax) throw new RangeError(`a section of ${bytes} bytes`)
    if (bytes < sharedBytesMax) {
      this.#shared.append(sink.bytes.subarray(0, bytes))
      sink.clear()
      return { bytes, pieces: null }
    }
    const pieces: number[] = []
    let from = 0
    for (const cut of [...sink.cuts, bytes]) {
      if (cut !== bytes && (cut - from < pieceBytesMin || bytes - cut < pieceBytesMin)) continue
      const stored = this.#store(sink.bytes.subarray(from, cut))
      pieces.push(cut - from, stored)
      from = cut
    }
    sink.clear()
    return { bytes, pieces }
  }

  /** The shared piece first, then the others in their order, behind what `head` writes before them. */
  finish(head: (sharedRaw: number, sharedStored: number) => Uint8Array): Uint8Array<ArrayBuffer> {
    const raw = this.#shared.copy()
    const packed = (raw.length < 128 ? null : compressed(raw)) ?? raw
    const parts = [head(raw.length, packed.length), packed, ...this.#stored]
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
    let at = 0
    for (const part of parts) {
      bytes.set(part, at)
      at += part.length
    }
    return bytes
  }

  #store(raw: Uint8Array<ArrayBuffer>): number {
    const packed = seemsRandom(raw) ? null : compressed(raw)
    this.#stored.push(packed ?? raw.slice())
    return packed?.length ?? raw.length
  }
}

/** Null when it does not pay. */
function compressed(raw: Uint8Array<ArrayBuffer>): Uint8Array | null {
  const packed = Bun.zstdCompressSync(raw, { level: zstdLevel })
  return packed.length <= raw.length - raw.length / savedAtLeast ? packed : null
}

/** Whether a sample from the middle of a long piece does not shrink: then all of it is not tried. */
function seemsRandom(raw: Uint8Array<ArrayBuffer>): boolean {
  if (raw.length < 8 * sampleBytes) return false
  const from = raw.length >> 1
  return compressed(raw.subarray(from, from + sampleBytes)) === null
}
