import { selectRows } from '../../page/select-rows.ts'
import type { AnswerFormat } from '../contract.ts'
import { chunkBytes } from '../messages.ts'
import { asPage } from '../page-source.ts'
import { Output } from '../render/output.ts'
import { Projection } from '../render/projection.ts'
import { Renderer } from '../render/renderer.ts'
import type { WorkContext } from '../work/contract.ts'
import { openKept } from './open-kept.ts'
import type { Found } from './run.ts'

/** Rows of one call of `write`: a row and its place in the answer fit into 32 bits. */
export const windowRowsMax = 8192
const windowRowsMin = 64
const windowRowsFirst = 512
/** What an event takes, about. */
const eventBytes = 512
/** What a window should come to. */
const windowBytes = 256 * 1024

export interface EventWriterOptions {
  readonly context: WorkContext
  readonly format: AnswerFormat
  readonly fields: readonly string[] | null
}

/**
 * Writes events in any order, although a block's rows can be rendered only upwards: a window of the answer
 * is rendered block by block, and copied into place.
 */
export class EventWriter {
  readonly out = new Output()
  readonly #context: WorkContext
  readonly #format: AnswerFormat
  readonly #renderer: Renderer
  readonly #scratch = new Output()
  #windowRows = windowRowsFirst
  #count = 0
  /** Where each event of the window lies in the scratch output, in the order of the answer. */
  #starts = new Uint32Array(0)
  #ends = new Uint32Array(0)
  #next = 0

  constructor({ context, format, fields }: EventWriterOptions) {
    this.#context = context
    this.#format = format
    this.#renderer = new Renderer(format, fields === null ? null : new Projection(fields))
  }

  /** How many rows the next window should have, from how long events are so far. */
  get windowRows(): number {
    return this.#windowRows
  }

  begin(before: string): void {
    this.#renderer.begin(this.out, before)
  }

  end(after: string): void {
    this.#renderer.end(this.out, after)
  }

  /**
   * Takes the next part of the answer: at most `windowRowsMax` rows, in the order in which they are answered;
   * `fill` writes them. Throws DamagedPage.
   */
  take(window: readonly Found[]): void {
    const count = window.reduce((sum, { rows }) => sum + rows.length, 0)
    this.#starts = new Uint32Array(count)
    this.#ends = new Uint32Array(count)
    this.#next = 0
    this.#scratch.at = 0
    // Room for all of it at once: growing copies what there is.
    this.#scratch.reserve(Math.min(windowBytes, count * eventBytes))
    for (const block of blocksOf(window)) asPage(block.minute, () => this.#render(block))
    const fits = Math.floor((windowBytes * count) / (this.#scratch.at + 1))
    this.#windowRows = Math.max(windowRowsMin, Math.min(windowRowsMax, fits))
  }

  /** Writes what has been taken until a chunk is full; false when all of it is written. */
  fill(): boolean {
    const { out } = this
    const starts = this.#starts
    const ends = this.#ends
    const { bytes } = this.#scratch
    let at = this.#next
    while (at < starts.length && out.at < chunkBytes) {
      const from = starts[at] ?? 0
      const to = ends[at] ?? 0
      at++
      // Its page has been dropped meanwhile.
      if (from === to) continue
      if (this.#format === 'json' && this.#count > 0) out.byte(0x2c)
      out.copy(bytes, from, to)
      this.#count++
    }
    this.#next = at
    return out.at >= chunkBytes
  }

  #render(found: WindowBlock): void {
    const starts = this.#starts
    const ends = this.#ends
    const places = found.places.sort()
    const rows = new Uint16Array(places.length)
    for (let i = 0; i < rows.length; i++) rows[i] = (places[i] ?? 0) >>> 16
    const block = openKept(this.#context, found.minute, found.entry)
    if (block === null) return
    const out = this.#scratch
    const lines = this.#renderer.block(out, selectRows(block, rows), rows.length)
    for (let i = 0; i < rows.length; i++) {
      const at = (places[i] ?? 0) & 0xffff
      starts[at] = out.at
      lines.write(i)
      if (this.#format === 'ndjson') out.byte(0x0a)
      ends[at] = out.at
    }
  }
}

interface WindowBlock {
  readonly minute: number
  readonly entry: Found['entry']
  /** Row in the block (upper 16 bits) and place in the window (lower 16). */
  readonly places: Uint32Array
}

/** The rows of a window by block. */
function blocksOf(window: readonly Found[]): readonly WindowBlock[] {
  const counts = new Map<number, number>()
  for (const { minute, entry, rows } of window) {
    const key = minute * 0x1_0000 + entry.part
    counts.set(key, (counts.get(key) ?? 0) + rows.length)
  }
  const blocks = new Map<number, WindowBlock & { filled: number }>()
  let at = 0
  for (const { minute, entry, rows } of window) {
    const key = minute * 0x1_0000 + entry.part
    const places = new Uint32Array(counts.get(key) ?? 0)
    const block = blocks.get(key) ?? { minute, entry, places, filled: 0 }
    blocks.set(key, block)
    for (let i = 0; i < rows.length; i++) {
      block.places[block.filled++] = (((rows[i] ?? 0) << 16) | at++) >>> 0
    }
  }
  return [...blocks.values()]
}
