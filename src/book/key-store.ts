import { existsSync, readdirSync, rmSync } from 'node:fs'
import type { KeyedAnswer } from './contract.ts'
import { DiskTrouble, onDisk } from './disk-trouble.ts'
import { KeyGeneration } from './key-generation.ts'
import { keyDirectory } from './layout.ts'
import { syncDirectory } from './lmdb-env.ts'
import { moveAside } from './set-aside.ts'

export interface KeyStoreLimits {
  /** How long a key is kept at least, in ms, unless `keysMax` is passed. */
  readonly windowMs: number
  /** Keys kept at most; beyond, the oldest are forgotten. */
  readonly keysMax: number
}

export const keyStoreDefaults: KeyStoreLimits = { windowMs: 24 * 3_600_000, keysMax: 1_000_000 }

/**
 * Identifies a body received under a key: equal bytes read in an equal form. Whoever makes two bodies of
 * one hash fools only himself.
 */
export function bodyHash(body: Uint8Array, form: string): string {
  const hash = Bun.hash.xxHash3(body).toString(16).padStart(16, '0')
  return `${hash}-${body.length.toString(16)}-${form}`
}

export interface AsideKeys {
  readonly path: string
  readonly detail: string
}

/**
 * The writing side. A generation takes keys until it holds half of `keysMax` or spans half of the
 * window; so at most three are kept, and forgetting is the unlinking of a directory.
 */
export class KeyStore {
  readonly #book: string
  readonly #limits: KeyStoreLimits
  /** Oldest first. Only the newest is written to. */
  #generations: KeyGeneration[]
  /** Generations that could not be opened and were renamed: their keys are forgotten. */
  readonly aside: AsideKeys[] = []

  constructor(book: string, limits: KeyStoreLimits) {
    this.#book = book
    this.#limits = limits
    this.#generations = keyGenerations(book).flatMap((each) => this.#openOrSetAside(each))
  }

  get generations(): readonly number[] {
    return this.#generations.map((each) => each.number)
  }

  /** Durable when it returns. Adding the same minute again changes nothing. */
  add(minute: number, answers: readonly KeyedAnswer[], nowMs: number): void {
    const step = Math.max(1, Math.floor(this.#limits.keysMax / 2))
    for (let at = 0; at < answers.length; at += step) {
      this.#current(nowMs).add(minute, answers.slice(at, at + step))
    }
    this.#forget(nowMs)
  }

  find(key: string): KeyedAnswer | null {
    return findInGenerations(this.#generations, key)
  }

  /** Forgets answers of minutes that have not closed: the journal brings them again. */
  sweepAfter(minute: number): void {
    for (const generation of this.#generations) generation.sweepAfter(minute)
  }

  close(): void {
    for (const generation of this.#generations) generation.close()
    this.#generations = []
  }

  #current(nowMs: number): KeyGeneration {
    const newest = this.#generations.at(-1)
    if (newest !== undefined) {
      const { count, firstMs } = newest.about()
      const isFull = count >= this.#limits.keysMax / 2
      if (!isFull && nowMs - firstMs < this.#limits.windowMs / 2) return newest
    }
    const fresh = new KeyGeneration(this.#book, (newest?.number ?? 0) + 1, 'write')
    this.#generations.push(fresh)
    return fresh
  }

  #openOrSetAside(number: number): KeyGeneration[] {
    try {
      return onDisk(this.#book, 0, () => {
        const generation = new KeyGeneration(this.#book, number, 'write')
        generation.about()
        return [generation]
      })
    } catch (error) {
      if (error instanceof DiskTrouble) throw error
      const path = moveAside(keyDirectory(this.#book, number))
      this.aside.push({ path, detail: error instanceof Error ? error.message : String(error) })
      return []
    }
  }

  #forget(nowMs: number): void {
    let total = this.#generations.reduce((sum, each) => sum + each.about().count, 0)
    for (let oldest = this.#generations[0]; oldest !== undefined; oldest = this.#generations[0]) {
      if (this.#generations.length === 1) return
      const { count, lastMs } = oldest.about()
      if (total <= this.#limits.keysMax && nowMs - lastMs <= this.#limits.windowMs) return
      this.#generations.shift()
      total -= count
      oldest.close()
      rmSync(keyDirectory(this.#book, oldest.number), { recursive: true, force: true })
      syncDirectory(this.#book)
    }
  }
}

/** Numbers of the generations on disk, oldest first. */
export function keyGenerations(book: string): number[] {
  if (!existsSync(book)) return []
  const numbers: number[] = []
  for (const name of readdirSync(book)) {
    const match = /^keys-(\d{1,9})$/.exec(name)
    if (match?.[1] !== undefined) numbers.push(Number(match[1]))
  }
  return numbers.sort((a, b) => a - b)
}

/** Newest first: a key that was forgotten and used again has its newer answer. */
export function findInGenerations(
  generations: readonly KeyGeneration[],
  key: string,
): KeyedAnswer | null {
  for (let i = generations.length - 1; i >= 0; i--) {
    const found = generations[i]?.find(key) ?? null
    if (found !== null) return found
  }
  return null
}
