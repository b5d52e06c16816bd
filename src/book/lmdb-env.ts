import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'

/** Address space reserved for one environment: it costs nothing until written, and LMDB maps anew beyond it. */
const mapBytesDefault = 16 * 2 ** 30
const lmdbPageBytes = 4_096
const lmdbMagic = 0xbeefc0de

/**
 * How an environment is used. Within a process lmdb-js keeps one handle for a file, whichever threads open
 * it, and the first to open it decides whether it can be written: so a thread beside the writer's shares, which
 * opens as the writer does and never writes. Another process reads.
 */
export type EnvMode = 'write' | 'share' | 'read'

export interface EnvOptions {
  readonly mode: EnvMode
  /** Named databases; without any, the unnamed one is used. */
  readonly tables: readonly string[]
  readonly mapBytes?: number
}

/**
 * One LMDB environment with its tables. A transaction that has returned is on disk: overlappingSync is
 * off, and the sync is part of the commit. Within one process LMDB shares an environment's map between
 * threads; lmdb-js copies a value out of it into one buffer per thread, so `get` is valid until the next.
 */
export class LmdbEnv {
  readonly directory: string
  readonly #root: RootDatabase<Buffer, Buffer>
  readonly #dataFile: string
  /** The writer's own, so that a commit needs no other when none is left; -1: of those that only read. */
  readonly #dataHandle: number
  readonly #tables = new Map<string, LmdbTable>()
  #closed = false

  /** Throws when the files are not an LMDB environment; the message says why. */
  constructor(directory: string, options: EnvOptions) {
    this.directory = directory
    if (options.mode === 'write' && !existsSync(directory)) createDirectory(directory)
    this.#dataFile = join(directory, 'data.mdb')
    checkDataFile(this.#dataFile, options.mode)
    this.#root = open({
      path: directory,
      noSubdir: false,
      pageSize: lmdbPageBytes,
      mapSize: options.mapBytes ?? mapBytesDefault,
      maxDbs: 8,
      overlappingSync: false,
      compression: false,
      cache: false,
      encoding: 'binary',
      keyEncoding: 'binary',
      readOnly: options.mode === 'read',
    })
    if (options.tables.length === 0) this.#tables.set('', new LmdbTable(this.#root))
    for (const name of options.tables) {
      const table: Database<Buffer, Buffer> | undefined = this.#root.openDB(name, {
        encoding: 'binary',
        keyEncoding: 'binary',
        ...(options.mode === 'write' ? {} : existing),
      })
      if (table === undefined) throw new Error(`${directory} has no table ${name}`)
      this.#tables.set(name, new LmdbTable(table))
    }
    this.#dataHandle = options.mode === 'write' ? this.#openDataFile() : -1
  }

  table(name: string): LmdbTable {
    const table = this.#tables.get(name)
    if (table === undefined) throw new Error(`no table ${name} in ${this.directory}`)
    return table
  }

  /** Runs `action` as one transaction, of an environment in mode write; when this returns, all or nothing of it is durable. */
  transact<T>(action: () => T): T {
    const value = this.#root.transactionSync(action)
    // Pages that a transaction both took and freed are counted in the header and not written: at the end of
    // the file another process would take it for cut short.
    checkLength(this.#dataHandle, this.#dataFile, 'write')
    return value
  }

  /** Reads from now on see the newest commit. */
  refresh(): void {
    this.#root.resetReadTxn()
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    if (this.#dataHandle >= 0) closeSync(this.#dataHandle)
    // The promise only waits for asynchronous writes, of which there are none.
    void this.#root.close().catch(() => {})
  }

  #openDataFile(): number {
    try {
      // The names data.mdb and lock.mdb must survive a power loss too.
      syncDirectory(this.directory)
      return openSync(this.#dataFile, 'r+')
    } catch (error) {
      void this.#root.close().catch(() => {})
      throw error
    }
  }
}

/** lmdb-js knows the option, and its types do not. */
const existing: object = { create: false }

export class LmdbTable {
  readonly #db: Database<Buffer, Buffer>
  #source: Buffer | null = null
  #memory: ArrayBufferLike = new ArrayBuffer(0)
  #offset = 0

  constructor(db: Database<Buffer, Buffer>) {
    this.#db = db
  }

  /** The value as a view that the next `get` of this thread overwrites. 0.4 µs for 700 B. */
  get(key: Buffer): Uint8Array | null {
    const value = this.#db.getBinaryFast(key)
    if (value === undefined) return null
    // lmdb-js hands out one large buffer again and again, with a false length. Asking it for its memory
    // costs more than the read itself, so that is done once.
    if (value !== this.#source) {
      this.#source = value
      this.#memory = value.buffer
      this.#offset = value.byteOffset
    }
    return new Uint8Array(this.#memory, this.#offset, value.length)
  }

  has(key: Buffer): boolean {
    return this.#db.doesExist(key)
  }

  /** Keys in [from, to), at most `limit`, as copies. */
  keys(from: Buffer, to: Buffer, limit: number, descending = false): Buffer[] {
    const range = descending
      ? { start: to, end: from, exclusiveStart: true, inclusiveEnd: true, reverse: true, limit }
      : { start: from, end: to, limit }
    return [...this.#db.getKeys(range)]
  }

  put(key: Buffer, value: Uint8Array): void {
    this.#db.putSync(key, asBuffer(value))
  }

  /** As put, for keys that mostly grow: appending fills LMDB's pages instead of splitting them in halves. */
  append(key: Buffer, value: Uint8Array): void {
    const appended: unknown = this.#db.putSync(key, asBuffer(value), { append: true })
    if (appended !== true) this.#db.putSync(key, asBuffer(value))
  }

  remove(key: Buffer): void {
    this.#db.removeSync(key)
  }

  stats(): { entries: number } {
    // lmdb-js types its statistics as an empty object.
    const stats = this.#db.getStats() as { entryCount: number }
    return { entries: stats.entryCount }
  }
}

/** Makes a directory whose name is durable when this returns. */
export function createDirectory(directory: string): void {
  if (existsSync(directory)) return
  createDirectory(dirname(directory))
  mkdirSync(directory)
  syncDirectory(dirname(directory))
}

export function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function asBuffer(value: Uint8Array): Buffer {
  if (Buffer.isBuffer(value)) return value
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
}

/**
 * Refuses a file that is not LMDB's before it is mapped. Reading a map beyond the file's end is SIGBUS,
 * which no code can catch: so the writer extends a file that is shorter than its header says by a hole
 * (what was cut off then reads as damaged values, the rest still reads), and others refuse it.
 */
export function checkDataFile(path: string, mode: EnvMode): void {
  if (mode === 'write' && !existsSync(path)) return
  const handle = openSync(path, mode === 'write' ? 'r+' : 'r')
  try {
    checkLength(handle, path, mode)
  } finally {
    closeSync(handle)
  }
}

function checkLength(handle: number, path: string, mode: EnvMode): void {
  const { size } = fstatSync(handle)
  if (size === 0 && mode === 'write') return
  const head = Buffer.alloc(lmdbPageBytes * 2)
  const read = readSync(handle, head, 0, head.length, 0)
  if (read < head.length) throw new Error(`${path} is cut short: ${read} bytes`)
  const bytes = recordedBytes(head, path)
  // Whoever shares comes after the writer, which has looked.
  if (mode === 'share' || size >= bytes || fstatSync(handle).size >= bytes) return
  if (mode === 'read') throw new Error(`${path} is cut short: ${size} of ${bytes} bytes`)
  ftruncateSync(handle, bytes)
}

/**
 * What the newer of the two header pages says. Of a header page: page header 24 B · magic u32 · version
 * u32 · address u64 · map size u64 · two trees of 48 B · last page u64 · transaction u64.
 */
function recordedBytes(head: Buffer, path: string): number {
  let pages = 0
  let newest = -1
  for (const at of [24, 24 + lmdbPageBytes]) {
    if (head.readUInt32LE(at) !== lmdbMagic) throw new Error(`${path} is not an LMDB file`)
    const transaction = Number(head.readBigUInt64LE(at + 128))
    if (transaction < newest) continue
    newest = transaction
    pages = Number(head.readBigUInt64LE(at + 120)) + 1
  }
  return pages * lmdbPageBytes
}
