import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { NonceSet } from './nonce-set.ts'

/*
 * The nonces of HMAC submissions, so that none is taken twice, a restart in between or not. A file:
 *
 *   0   'MBN' and the version, 1
 *   4   boot id: 36 characters that change when the machine starts; spaces where the system has none
 *   40  entries of 12 bytes: hash of key id and nonce (u64 LE), second in which it may be forgotten (u32 LE)
 *
 * An entry is written (not synced) before the submission is answered: it outlives the process. After a power
 * loss the boot id is another one, entries may be missing, and what was signed before this start is refused.
 */

const headBytes = 40
const entryBytes = 12
const version = 1
/** The file is written anew once it holds this many entries and most may be forgotten. */
const rewriteEntries = 65_536

export interface NonceLogOptions {
  readonly path: string
  readonly bootId: string
  readonly nowMs: () => number
  readonly entriesMax: number
}

export class NonceLog implements Disposable {
  readonly #options: NonceLogOptions
  readonly #set: NonceSet
  #fd: number
  #written = 0
  /** Signatures from before this instant are refused: their nonces may have been lost. */
  readonly floorMs: number

  constructor(options: NonceLogOptions) {
    this.#options = options
    this.#set = new NonceSet(options.entriesMax)
    fs.mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 })
    this.floorMs = this.#load() ? 0 : options.nowMs()
    this.#fd = this.#create()
  }

  /** True: it has not come before, and will be known from now on. Null: there are too many to know. */
  add(keyId: string, nonce: string, untilMs: number): boolean | null {
    const hash = Bun.hash.xxHash3(`${keyId}\0${nonce}`)
    const untilS = Math.ceil(untilMs / 1000)
    const fresh = this.#set.add(hash, untilS, Math.floor(this.#options.nowMs() / 1000))
    if (fresh !== true) return fresh
    fs.writeSync(this.#fd, entryOf(hash, untilS))
    if (++this.#written >= rewriteEntries && this.#written > this.#set.size * 4) this.#rewrite()
    return true
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.#fd)
  }

  /** False: there was a file, and it is of another start of the machine or damaged. */
  #load(): boolean {
    const { path, bootId, nowMs } = this.#options
    if (!fs.existsSync(path)) return true
    const bytes = fs.readFileSync(path)
    if (!bytes.subarray(0, headBytes).equals(headOf(bootId))) return false
    const nowS = Math.floor(nowMs() / 1000)
    for (let at = headBytes; at + entryBytes <= bytes.length; at += entryBytes) {
      const untilS = bytes.readUInt32LE(at + 8)
      if (untilS > nowS) this.#set.add(bytes.readBigUInt64LE(at), untilS, nowS)
    }
    return true
  }

  /** The set forgets by itself; what is still known is written to a fresh file. */
  #create(): number {
    const { path, bootId, nowMs } = this.#options
    const fresh = `${path}.new`
    const kept: Buffer[] = [headOf(bootId)]
    const nowS = Math.floor(nowMs() / 1000)
    if (fs.existsSync(path)) {
      const bytes = fs.readFileSync(path)
      const isOurs = bytes.subarray(0, headBytes).equals(headOf(bootId))
      const end = isOurs ? bytes.length : 0
      for (let at = headBytes; at + entryBytes <= end; at += entryBytes) {
        if (bytes.readUInt32LE(at + 8) > nowS) kept.push(bytes.subarray(at, at + entryBytes))
      }
    }
    fs.writeFileSync(fresh, Buffer.concat(kept), { mode: 0o600 })
    fs.renameSync(fresh, path)
    this.#written = kept.length - 1
    return fs.openSync(path, 'a', 0o600)
  }

  #rewrite(): void {
    fs.closeSync(this.#fd)
    this.#fd = this.#create()
  }
}

function headOf(bootId: string): Buffer {
  const head = Buffer.alloc(headBytes, ' ')
  head.write('MBN')
  head[3] = version
  head.write(bootId.slice(0, headBytes - 4), 4)
  return head
}

function entryOf(hash: bigint, untilS: number): Buffer {
  const entry = Buffer.allocUnsafe(entryBytes)
  entry.writeBigUInt64LE(hash, 0)
  entry.writeUInt32LE(untilS, 8)
  return entry
}
