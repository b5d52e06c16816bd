import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { openBytes, openJson, sealBytes, sealJson } from './checked.ts'
import type { KeyedAnswer } from './contract.ts'
import { keyDirectory } from './layout.ts'
import { type EnvMode, LmdbEnv, type LmdbTable } from './lmdb-env.ts'

/*
 * One generation of idempotency keys and what their batches were answered.
 *
 *   index     xxHash3-64 of the key, 8 bytes   → references, 8 bytes each: minute u32 · chunk u16 · slot u16
 *   answers   minute u32 · chunk u16           → checked zstd of JSON [[key, bodyHash, receivedMs, answer], …]
 *   about     'about'                          → checked JSON {count, firstMs, lastMs}
 *
 * The answers of one minute lie together in chunks, so they compress to a fifth, and only the small index
 * is written at random places. Keys of equal hash share an index entry; the chunk tells them apart. A
 * reference into a chunk that is not there, or to another key, is one that a crash has left: it is not found.
 */

/** Answers of one chunk: what a repeated batch has to decompress. */
const chunkAnswers = 256
const referenceBytes = 8
const tables = ['index', 'answers', 'about'] as const
const aboutKey = Buffer.from('about')
const mapBytes = 2 ** 30

export interface GenerationAbout {
  readonly count: number
  readonly firstMs: number
  readonly lastMs: number
}

type AnswerRow = readonly [key: string, bodyHash: string, receivedMs: number, answer: string]

export class KeyGeneration {
  readonly number: number
  readonly #env: LmdbEnv
  readonly #index: LmdbTable
  readonly #answers: LmdbTable
  readonly #about: LmdbTable
  #cachedChunk: { readonly id: string; readonly rows: readonly AnswerRow[] } | null = null

  constructor(book: string, number: number, mode: EnvMode) {
    this.number = number
    this.#env = new LmdbEnv(keyDirectory(book, number), { mode, tables, mapBytes })
    this.#index = this.#env.table('index')
    this.#answers = this.#env.table('answers')
    this.#about = this.#env.table('about')
  }

  about(): GenerationAbout {
    const value = this.#about.get(aboutKey)
    if (value === null) return { count: 0, firstMs: Number.MAX_SAFE_INTEGER, lastMs: 0 }
    return openJson<GenerationAbout>(value, 'the record of a key generation')
  }

  /** 1 µs when the key is new; a known one costs the decompression of a chunk. Throws DamagedValue. */
  find(key: string): KeyedAnswer | null {
    const references = this.#index.get(hashKey(key))
    if (references === null) return null
    // A copy: reading the chunk overwrites the view.
    const copy = Buffer.from(references)
    for (let at = copy.length - referenceBytes; at >= 0; at -= referenceBytes) {
      const row = this.#chunk(copy.subarray(at, at + 6))[copy.readUInt16BE(at + 6)]
      if (row === undefined || row[0] !== key) continue
      return { key: row[0], bodyHash: row[1], receivedMs: row[2], answer: row[3] }
    }
    return null
  }

  /** One durable transaction. Adding the same minute again replaces what was added. */
  add(minute: number, answers: readonly KeyedAnswer[]): void {
    const about = this.about()
    const times = answers.map((answer) => answer.receivedMs)
    const next: GenerationAbout = {
      count: about.count + answers.length,
      firstMs: Math.min(about.firstMs, minOf(times)),
      lastMs: Math.max(about.lastMs, maxOf(times)),
    }
    this.#env.transact(() => {
      for (let chunk = 0; chunk * chunkAnswers < answers.length; chunk++) {
        const some = answers.slice(chunk * chunkAnswers, (chunk + 1) * chunkAnswers)
        this.#putChunk(minute, chunk, some)
      }
      this.#about.put(aboutKey, sealJson(next))
    })
    this.#cachedChunk = null
  }

  /** Removes the answers of minutes after `minute`. */
  sweepAfter(minute: number): void {
    const keys = this.#answers.keys(chunkKey(minute + 1, 0), chunkKey(0xffff_ffff, 0), 0xffff_ffff)
    if (keys.length === 0) return
    this.#env.transact(() => {
      for (const key of keys) this.#answers.remove(key)
    })
    this.#cachedChunk = null
  }

  /** Sees the newest commit from now on. */
  refresh(): void {
    this.#env.refresh()
    this.#cachedChunk = null
  }

  close(): void {
    this.#env.close()
  }

  #putChunk(minute: number, chunk: number, answers: readonly KeyedAnswer[]): void {
    const rows: AnswerRow[] = answers.map((each) => [
      each.key,
      each.bodyHash,
      each.receivedMs,
      each.answer,
    ])
    const text = Buffer.from(JSON.stringify(rows))
    const compressed = zstdCompressSync(text)
    this.#answers.append(chunkKey(minute, chunk), sealBytes(compressed))
    for (const [slot, { key }] of answers.entries()) this.#refer(key, minute, chunk, slot)
  }

  #refer(key: string, minute: number, chunk: number, slot: number): void {
    const reference = Buffer.allocUnsafe(referenceBytes)
    chunkKey(minute, chunk).copy(reference)
    reference.writeUInt16BE(slot, 6)
    const hash = hashKey(key)
    const known = this.#index.get(hash)
    if (known === null) this.#index.put(hash, reference)
    else if (!Buffer.from(known).includes(reference))
      this.#index.put(hash, Buffer.concat([known, reference]))
  }

  #chunk(key: Buffer): readonly AnswerRow[] {
    const id = key.toString('latin1')
    if (this.#cachedChunk?.id === id) return this.#cachedChunk.rows
    const value = this.#answers.get(key)
    if (value === null) return []
    const text = zstdDecompressSync(openBytes(value, 'a chunk of keyed answers')).toString()
    // A codec: the checksum says that these are the rows that #putChunk wrote.
    const rows = JSON.parse(text) as readonly AnswerRow[]
    this.#cachedChunk = { id, rows }
    return rows
  }
}

function hashKey(key: string): Buffer {
  const hash = Buffer.allocUnsafe(8)
  hash.writeBigUInt64BE(Bun.hash.xxHash3(key), 0)
  return hash
}

function chunkKey(minute: number, chunk: number): Buffer {
  const key = Buffer.allocUnsafe(6)
  key.writeUInt32BE(minute, 0)
  key.writeUInt16BE(chunk, 4)
  return key
}

function minOf(numbers: readonly number[]): number {
  return numbers.reduce((least, each) => Math.min(least, each), Number.MAX_SAFE_INTEGER)
}

function maxOf(numbers: readonly number[]): number {
  return numbers.reduce((most, each) => Math.max(most, each), 0)
}
