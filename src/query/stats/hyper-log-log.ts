/*
 * How many different values there are, from 16 KiB of memory: HyperLogLog (Flajolet, Fusy, Gandouet, Meunier,
 * 2007) with hashes of 64 bits (Heule, Nunkesser, Hall, 2013) and the estimator of Ertl ("New cardinality
 * estimation algorithms for HyperLogLog sketches", 2017), which needs no tables of biases and no second
 * method for small numbers. Standard error 1.04 / √16,384 = 0.81 %. Two of them merge by their maxima.
 */

const indexBits = 14
const registerCount = 1 << indexBits
/** Ranks are of the 32 bits of the second hash. */
const rankMax = 32
export const hyperLogLogBytes = registerCount
export const hyperLogLogError = 1.04 / Math.sqrt(registerCount)

export class HyperLogLog {
  readonly #registers = new Uint8Array(registerCount)

  /** `index` and `rank` are two hashes of 32 bits of the value, independent of each other. */
  add(index: number, rank: number): void {
    const at = index >>> (32 - indexBits)
    const zeros = Math.clz32(rank) + 1
    if (zeros > (this.#registers[at] ?? 0)) this.#registers[at] = zeros
  }

  merge(other: HyperLogLog): void {
    for (let i = 0; i < registerCount; i++) {
      this.#registers[i] = Math.max(this.#registers[i] ?? 0, other.#registers[i] ?? 0)
    }
  }

  estimate(): number {
    const counts = new Float64Array(rankMax + 2)
    for (const rank of this.#registers) counts[rank] = (counts[rank] ?? 0) + 1
    const full = counts[rankMax + 1] ?? 0
    let z = registerCount * tau(1 - full / registerCount)
    for (let rank = rankMax; rank >= 1; rank--) z = 0.5 * (z + (counts[rank] ?? 0))
    z += registerCount * sigma((counts[0] ?? 0) / registerCount)
    return registerCount ** 2 / (2 * Math.LN2 * z)
  }
}

/** Corrects for registers that are still empty. */
function sigma(start: number): number {
  if (start === 1) return Infinity
  let x = start
  let y = 1
  let z = start
  let before: number
  do {
    x *= x
    before = z
    z += x * y
    y += y
  } while (z !== before)
  return z
}

/** Corrects for registers that can grow no more. */
function tau(start: number): number {
  if (start === 0 || start === 1) return 0
  let x = start
  let y = 1
  let z = 1 - start
  let before: number
  do {
    x = Math.sqrt(x)
    before = z
    y *= 0.5
    z -= (1 - x) ** 2 * y
  } while (z !== before)
  return z / 3
}
