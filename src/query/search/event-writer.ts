import { selectRows } from '../../page/select-rows.ts'
import type { AnswerFormat } from '../contract.ts'
import { Output } from '../render/output.ts'
import { Renderer } from '../render/renderer.ts'
import type { BlockSource } from '../work/contract.ts'
import type { Found } from './run.ts'

/** Rows of one call of `write`: a row and its place in the answer fit into 32 bits. */
export const windowRowsMax = 8192
const windowRowsMin = 64
const windowRowsFirst = 1024
/** What a window should come to. */
const windowBytes = 1024 * 1024

export interface EventWriterOptions {
  readonly blocks: BlockSource
  readonly format: AnswerFormat
}

/**
 * Writes events in any order, although a block's rows can be rendered only upwards: a window of the answer
 * is rendered block by block, and copied into place.
 */
export class EventWriter {
  readonly out = new Output()
  readonly #blocks: BlockSource
  readonly #format: AnswerFormat
  readonly #renderer: Renderer
  readonly #scratch = new Output()
  #windowRows = windowRowsFirst
  #count = 0

  constructor({ blocks, format }: EventWriterOptions) {
    this.#blocks = blocks
    this.#format = format
    this.#renderer = new Renderer(format)
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

  /** At most `windowRowsMax` rows, in the order in which they are answered. Throws DamagedPage. */
  write(window: readonly Found[]): void {
    const blocks = blocksOf(window)
    const count = window.reduce((sum, { rows }) => sum + rows.length, 0)
    const starts = new Uint32Array(count)
    const ends = new Uint32Array(count)
    const scratch = this.#scratch
    scratch.at = 0
    for (const block of blocks) this.#render(block, starts, ends)
    const { out } = this
    for (let i = 0; i < count; i++) {
      if (this.#format === 'json' && this.#count > 0) out.byte(0x2c)
      out.copy(scratch.bytes, starts[i] ?? 0, ends[i] ?? 0)
      this.#count++
    }
    const bytes = Math.max(1, scratch.at / Math.max(1, count))
    const fits = Math.floor(windowBytes / bytes)
    this.#windowRows = Math.max(windowRowsMin, Math.min(windowRowsMax, fits))
  }

  #render(found: WindowBlock, starts: Uint32Array, ends: Uint32Array): void {
    const places = found.places.sort()
    const rows = Uint16Array.from(places, (place) => place >>> 16)
    const block = this.#blocks.open(found.minute, found.entry)
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
