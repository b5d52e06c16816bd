/*
 * Quantiles of a stream of doubles: a histogram whose cells are those of the double's own bits. The exponent
 * and the first 8 bits of the fraction are the cell's number, so that each power of two has 256 cells of equal
 * width: the idea of HdrHistogram (Tene) with the guarantee of DDSketch (Masson, Rim, Lee, VLDB 2019). A
 * quantile is the middle of its cell: within 1/512 = 0.2 % of the value at that rank, whatever the
 * distribution, of negative ones too; zero is exact. Two sketches merge by adding their cells, without loss.
 *
 * Groups of few values keep them all, and are exact.
 */

/** Values kept before there are cells. */
const exactMax = 64
const fractionBits = 8
const cellsPerOctave = 1 << fractionBits
/** From the high word of a double: sign, exponent and the fraction's first bits. */
const cellShift = 20 - fractionBits
/** Numbers of cells without the sign. */
const cellMask = (1 << (11 + fractionBits)) - 1
export const sketchRelativeError = 1 / (2 * cellsPerOctave)

/** Cells of one sign; pages of an octave each are made when needed. */
interface Side {
  pages: (Uint32Array | undefined)[]
  /** The octave of the first page. */
  first: number
}

/** The high words of doubles: what a sketch takes beside them. Little-endian, as all machines that Bun runs on. */
export function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
}

export class NumberSketch {
  count = 0
  #min = Infinity
  #max = -Infinity
  #zeros = 0
  #exact: number[] | null = []
  readonly #positive: Side = { pages: [], first: 0 }
  readonly #negative: Side = { pages: [], first: 0 }
  readonly #hold: (bytes: number) => void

  /** `hold` is told of memory that is taken, and may throw. */
  constructor(hold: (bytes: number) => void = () => undefined) {
    this.#hold = hold
  }

  /** About 4 ns. `high` is the high word of the value. */
  add(value: number, high: number): void {
    this.count++
    if (value < this.#min) this.#min = value
    if (value > this.#max) this.#max = value
    if (this.#exact !== null) this.#keep(value)
    else if (value === 0) this.#zeros++
    else this.#addCell(value > 0 ? this.#positive : this.#negative, (high >>> cellShift) & cellMask)
  }

  merge(other: NumberSketch): void {
    if (other.#exact !== null) {
      const values = Float64Array.from(other.#exact)
      const words = wordsOf(values)
      for (let i = 0; i < values.length; i++) this.add(values[i] ?? 0, words[2 * i + 1] ?? 0)
      return
    }
    if (this.#exact !== null) this.#spread()
    this.count += other.count
    this.#min = Math.min(this.#min, other.#min)
    this.#max = Math.max(this.#max, other.#max)
    this.#zeros += other.#zeros
    this.#addSide(this.#positive, other.#positive)
    this.#addSide(this.#negative, other.#negative)
  }

  /** The value at rank ⌈q · count⌉ (nearest rank), 0 < q ≤ 1; null without values. */
  quantile(q: number): number | null {
    if (this.count === 0) return null
    const rank = rankOf(q, this.count)
    if (this.#exact !== null) return this.#exact.toSorted((a, b) => a - b)[rank - 1] ?? null
    return Math.min(this.#max, Math.max(this.#min, this.#atRank(rank)))
  }

  #atRank(rank: number): number {
    let left = rank
    const { pages, first } = this.#negative
    for (let p = pages.length - 1; p >= 0; p--) {
      const page = pages[p]
      if (page === undefined) continue
      for (let i = cellsPerOctave - 1; i >= 0; i--) {
        left -= page[i] ?? 0
        if (left <= 0) return -middleOf((first + p) * cellsPerOctave + i)
      }
    }
    left -= this.#zeros
    if (left <= 0) return 0
    for (const [p, page] of this.#positive.pages.entries()) {
      if (page === undefined) continue
      for (let i = 0; i < cellsPerOctave; i++) {
        left -= page[i] ?? 0
        if (left <= 0) return middleOf((this.#positive.first + p) * cellsPerOctave + i)
      }
    }
    return this.#max
  }

  #keep(value: number): void {
    if (this.#exact === null) return
    if (this.#exact.length === 0) this.#hold(exactMax * 8)
    this.#exact.push(value)
    if (this.#exact.length >= exactMax) this.#spread()
  }

  /** From here on cells. */
  #spread(): void {
    const values = Float64Array.from(this.#exact ?? [])
    this.#exact = null
    const words = wordsOf(values)
    for (let i = 0; i < values.length; i++) {
      const value = values[i] ?? 0
      const cell = ((words[2 * i + 1] ?? 0) >>> cellShift) & cellMask
      if (value === 0) this.#zeros++
      else this.#addCell(value > 0 ? this.#positive : this.#negative, cell)
    }
  }

  #addCell(side: Side, cell: number): void {
    const page = side.pages[(cell >>> fractionBits) - side.first] ?? this.#page(side, cell)
    const at = cell & (cellsPerOctave - 1)
    page[at] = (page[at] ?? 0) + 1
  }

  #addSide(into: Side, from: Side): void {
    for (const [p, page] of from.pages.entries()) {
      if (page === undefined) continue
      const own = this.#page(into, (from.first + p) * cellsPerOctave)
      for (let i = 0; i < cellsPerOctave; i++) own[i] = (own[i] ?? 0) + (page[i] ?? 0)
    }
  }

  #page(side: Side, cell: number): Uint32Array {
    const octave = cell >>> fractionBits
    if (side.pages.length === 0) side.first = octave
    if (octave < side.first) {
      const before = Array.from({ length: side.first - octave }, () => undefined)
      side.pages = [...before, ...side.pages]
      side.first = octave
    }
    const at = octave - side.first
    while (side.pages.length <= at) side.pages.push(undefined)
    const known = side.pages[at]
    if (known !== undefined) return known
    this.#hold(cellsPerOctave * 4)
    const page = new Uint32Array(cellsPerOctave)
    side.pages[at] = page
    return page
  }
}

/** The rank of a quantile among `count` values, from 1 on. */
export function rankOf(q: number, count: number): number {
  // 0.999 * 1000 is a little more than 999.
  return Math.max(1, Math.min(count, Math.ceil(q * count - 1e-9 * count)))
}

const scratch = new DataView(new ArrayBuffer(8))

/** The middle of a cell: its lowest double with the next bit of the fraction set. */
function middleOf(cell: number): number {
  scratch.setUint32(0, (cell << cellShift) | (1 << (cellShift - 1)))
  scratch.setUint32(4, 0)
  return scratch.getFloat64(0)
}
