import { closeSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Unit } from './shipment.ts'

/** In the spool, beside the segments. */
export const deadLetterFile = 'dead-letters.ndjson'

/** Beyond, nothing more is set aside: the forwarder waits until someone has looked. */
export const deadLetterBytesMax = 64 * 1024 * 1024

/** One line of the file. */
export interface DeadLetter {
  /** When it was set aside, RFC 3339. */
  readonly time: string
  readonly producer: string
  /** Of its first event. */
  readonly sequence: number
  readonly events: number
  /** The server's code, or ''. */
  readonly code: string
  readonly detail: string
  readonly encoding: Unit['encoding']
  /** The frame's body: msgpack, in base64. */
  readonly body: string
}

/**
 * Events that the server refuses for what they are, with the reason. A letter is on disk before anything
 * that leaves its event out is sent; one that a crash has torn is written again.
 */
export class DeadLetters {
  readonly #fd: number
  #bytes: number
  /** `<producer>-<number>` of every event in the file. */
  readonly #known = new Set<string>()

  /** Throws what the file system throws. */
  constructor(directory: string) {
    const path = join(directory, deadLetterFile)
    this.#fd = openSync(path, 'a+', 0o600)
    const bytes = readFileSync(this.#fd)
    this.#bytes = bytes.lastIndexOf(0x0a) + 1
    if (this.#bytes < bytes.length) ftruncateSync(this.#fd, this.#bytes)
    for (const letter of parseDeadLetters(bytes.subarray(0, this.#bytes))) this.#note(letter)
  }

  /** Events in the file. */
  get count(): number {
    return this.#known.size
  }

  has(producer: string, sequence: number): boolean {
    return this.#known.has(`${producer}-${sequence}`)
  }

  /** Synced when it returns; false when the file is full. Throws what the file system throws. */
  add(letters: readonly DeadLetter[]): boolean {
    const fresh = letters.filter(({ producer, sequence }) => !this.has(producer, sequence))
    if (fresh.length === 0) return true
    const bytes = Buffer.from(fresh.map((letter) => `${JSON.stringify(letter)}\n`).join(''))
    if (this.#bytes + bytes.length > deadLetterBytesMax) return false
    try {
      let written = 0
      while (written < bytes.length) written += writeSync(this.#fd, bytes, written)
      fsyncSync(this.#fd)
    } catch (error) {
      // What a full disk took of it must not become the beginning of the next line.
      ftruncateSync(this.#fd, this.#bytes)
      throw error
    }
    this.#bytes += bytes.length
    for (const letter of fresh) this.#note(letter)
    return true
  }

  close(): void {
    closeSync(this.#fd)
  }

  #note({ producer, sequence, events }: DeadLetter): void {
    for (let i = 0; i < events; i++) this.#known.add(`${producer}-${sequence + i}`)
  }
}

/** The letters of a file; lines that are none are left out. */
export function parseDeadLetters(bytes: Uint8Array): DeadLetter[] {
  return Buffer.from(bytes)
    .toString()
    .split('\n')
    .flatMap((line) => {
      const letter = line === '' ? null : letterOf(line)
      return letter === null ? [] : [letter]
    })
}

function letterOf(line: string): DeadLetter | null {
  const empty = { time: '', code: '', detail: '', encoding: 'identity', body: '' } as const
  try {
    const value: unknown = JSON.parse(line)
    const { producer, sequence, events } = Object(value)
    if (typeof producer !== 'string' || typeof sequence !== 'number') return null
    return { ...empty, ...Object(value), producer, sequence, events: Number(events) }
  } catch {
    return null
  }
}
