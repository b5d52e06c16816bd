import type { Kind } from '../event/kind.ts'
import { Column } from './column.ts'
import { PathNode } from './path-node.ts'
import { detachTree, holdsRow, truncateTree } from './path-tree.ts'
import type { FixedMembers, RestEntry } from './sealed-block.ts'
import type * as sealed from './sealed-block.ts'
import { wider, withRoom } from './wider.ts'

/*
 * A block under construction: up to `blockRows` events as columns, no object per event.
 *
 * Text is not copied value by value. The bytes of a batch are copied into `arena` once, after they have
 * been scanned, and a column holds a *reference* into them:
 *
 *   reference < 2^31     byte offset in `arena` (the batch's bytes as received, decompressed)
 *   reference >= 2^31    byte offset + 2^31 in `extra` (texts that had escapes, names, rebuilt leaves)
 *
 * While a batch is being scanned its bytes are not in the arena yet; the scanner writes
 * `position in the batch + delta`, where delta = arena bytes used - position of the slice's first byte.
 *
 * Rows beyond what is durable can be cut off again.
 */

/** Rows of a full block. A row number fits 15 bits, an event id keeps 16 for it. */
export const blockRows = 32_768
export const extraBase = 0x8000_0000

export interface BlockLimits {
  /** Columns of one block; members beyond go to `rest`. */
  readonly columnsMax: number
  /** Path nodes of one block, objects and leaves; members beyond go to `rest`. */
  readonly pathsMax: number
  /** Arena and extra bytes at which a block is full although it has rows left. */
  readonly bytesMax: number
}

/** The block as it is sent to be encoded; all its shapes are in sealed-block.ts. */
export type SealedBlock = sealed.SealedBlock
export type SealedColumn = sealed.SealedColumn

export class BlockBuilder {
  readonly limits: BlockLimits
  rowCount = 0
  /** Raised by `beginEvent`; compared with `PathNode.stamp` to see duplicate names. */
  stamp = 0

  arena: Uint8Array<ArrayBuffer>
  arenaBytes = 0
  extra: Uint8Array<ArrayBuffer>
  extraBytes = 0

  facilityReference = new Uint32Array(0)
  facilityBytes = new Uint32Array(0)
  eventReference = new Uint32Array(0)
  eventBytes = new Uint32Array(0)
  level = new Uint8Array(0)
  /** Whole milliseconds since the epoch (floor), and the nanoseconds above them, 0 to 999,999. */
  timestampMs = new Float64Array(0)
  timestampNanos = new Uint32Array(0)
  /** Whether any row has nanoseconds. */
  hasNanos = false
  /** Filled by `stampReceived` once a batch has been scanned: its rows share one value. */
  receivedMs = new Float64Array(0)

  /** Bytes of `extra` when the event began. */
  #eventExtra = 0

  /** The columns that `detach` gave away, in its order, for `attach`. */
  #detached: Column[] = []

  root = new PathNode(new Uint8Array(0), null)
  columnCount = 0
  pathCount = 0

  restCount = 0
  restRows = new Uint16Array(0)
  restWords = new Uint32Array(0)
  restKinds = new Uint8Array(0)

  constructor(limits: BlockLimits) {
    this.limits = limits
    this.arena = new Uint8Array(64 * 1024)
    this.extra = new Uint8Array(4 * 1024)
    this.#growRows()
  }

  get bytes(): number {
    return this.arenaBytes + this.extraBytes
  }

  /** Whether another event must go to another block; `pending` are scanned bytes not yet in the arena. */
  isFull(pending: number): boolean {
    return (
      this.rowCount >= blockRows ||
      this.arenaBytes + this.extraBytes + pending >= this.limits.bytesMax
    )
  }

  /** Opens the next row; its number. The row exists once `endEvent` has been called. */
  beginEvent(): number {
    if (this.rowCount === this.level.length) this.#growRows()
    this.stamp++
    this.#eventExtra = this.extraBytes
    return this.rowCount
  }

  /** Writes the fixed members and counts the row. */
  endEvent(fixed: FixedMembers): void {
    const row = this.rowCount
    this.facilityReference[row] = fixed.facilityReference
    this.facilityBytes[row] = fixed.facilityBytes
    this.eventReference[row] = fixed.eventReference
    this.eventBytes[row] = fixed.eventBytes
    this.level[row] = fixed.level
    this.timestampMs[row] = fixed.timestampMs
    this.timestampNanos[row] = fixed.timestampNanos
    if (fixed.timestampNanos !== 0) this.hasNanos = true
    this.rowCount = row + 1
  }

  /** Forgets what a refused event has written into its row. */
  abandonEvent(): void {
    this.truncate(this.rowCount)
    this.extraBytes = this.#eventExtra
  }

  /** The child of `parent` of that name, made if need be; null when the block has no path left. */
  path(parent: PathNode, bytes: Uint8Array, from: number, to: number): PathNode | null {
    const found = parent.find(bytes, from, to)
    if (found !== null) return found
    if (this.pathCount >= this.limits.pathsMax) return null
    this.pathCount++
    return parent.add(bytes, from, to)
  }

  /** The node's column of that kind, made if need be; null when the block has no column left. */
  column(node: PathNode, kind: Kind): Column | null {
    const found = node.columns[kind]
    if (found !== undefined) {
      node.recent = found
      return found
    }
    if (this.columnCount >= this.limits.columnsMax) return null
    this.columnCount++
    const column = new Column(kind)
    node.columns[kind] = column
    node.recent = column
    return column
  }

  /** Forgets what this row holds under `node`, itself included: a later duplicate name wins. */
  forget(node: PathNode): void {
    for (const column of node.columns) column?.truncate(this.rowCount)
    for (const child of node.children) {
      if (child.stamp !== this.stamp) continue
      child.stamp = 0
      this.forget(child)
    }
  }

  /** Keeps a member for which there is no column. A later value of the same path in the same row wins. */
  pushRest(entry: RestEntry): void {
    let at = this.restCount
    for (let i = at - 1; i >= 0 && this.restRows[i] === this.rowCount; i--) {
      if (this.#restPathIs(i, entry)) at = i
    }
    if (at === this.restRows.length) this.#growRest()
    this.restRows[at] = this.rowCount
    this.restWords.set([entry.path, entry.pathBytes, entry.value, entry.valueBytes], at * 4)
    this.restKinds[at] = entry.kind
    if (at === this.restCount) this.restCount++
  }

  /**
   * Forgets what `rest` holds in this row of the member at `path` (JSON text of an array of names) and of
   * everything inside it.
   */
  forgetRest(path: Uint8Array): void {
    let kept = this.restCount
    while (kept > 0 && this.restRows[kept - 1] === this.rowCount) kept--
    for (let i = kept; i < this.restCount; i++) {
      if (this.#restPathBegins(i, path)) continue
      this.restWords.copyWithin(kept * 4, i * 4, i * 4 + 4)
      this.restKinds[kept] = this.restKinds[i] ?? 0
      kept++
    }
    this.restCount = kept
  }

  /** Whether this row holds anything under `node`, or in `rest` under `path`. */
  holds(node: PathNode | null, path: Uint8Array): boolean {
    if (node !== null && holdsRow(node, this.rowCount)) return true
    for (let i = this.restCount - 1; i >= 0 && this.restRows[i] === this.rowCount; i--) {
      if (this.#restPathBegins(i, path)) return true
    }
    return false
  }

  /** Copies bytes into `extra`; their reference. */
  appendExtra(bytes: Uint8Array, from = 0, to = bytes.length): number {
    const at = this.reserveExtra(to - from)
    this.extra.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), at)
    this.extraBytes = at + (to - from)
    return at + extraBase
  }

  /** Makes room for `bytes` more in `extra`; where they start. The caller writes and raises extraBytes. */
  reserveExtra(bytes: number): number {
    this.extra = withRoom(this.extra, this.extraBytes, bytes)
    return this.extraBytes
  }

  /** Copies a scanned slice of a batch into the arena. */
  appendArena(bytes: Uint8Array, from: number, to: number): void {
    if (from === to) return
    this.arena = withRoom(this.arena, this.arenaBytes, to - from)
    this.arena.set(bytes.subarray(from, to), this.arenaBytes)
    this.arenaBytes += to - from
  }

  /** Cuts off every row from `row` on. The arena keeps the bytes: nothing refers to them any more. */
  truncate(row: number): void {
    this.rowCount = row
    truncateTree(this.root, row)
    while (this.restCount > 0 && (this.restRows[this.restCount - 1] ?? 0) >= row) this.restCount--
  }

  /** Says when the rows from `fromRow` on were received. */
  stampReceived(fromRow: number, receivedMs: number): void {
    this.receivedMs.fill(receivedMs, fromRow, this.rowCount)
  }

  /** Gives all arrays away for a transfer; the builder is unusable until `attach`. */
  detach(): SealedBlock {
    this.#detached = []
    const columns: SealedColumn[] = []
    detachTree(this.root, columns, this.#detached)
    return {
      rowCount: this.rowCount,
      arena: this.arena,
      arenaBytes: this.arenaBytes,
      extra: this.extra,
      extraBytes: this.extraBytes,
      facilityReference: this.facilityReference,
      facilityBytes: this.facilityBytes,
      eventReference: this.eventReference,
      eventBytes: this.eventBytes,
      level: this.level,
      timestampMs: this.timestampMs,
      timestampNanos: this.timestampNanos,
      hasNanos: this.hasNanos,
      receivedMs: this.receivedMs,
      columns,
      restCount: this.restCount,
      rest: { rows: this.restRows, words: this.restWords, kinds: this.restKinds },
    }
  }

  /** Takes the arrays of `detach` back and begins an empty block. */
  attach(block: SealedBlock): void {
    this.arena = block.arena
    this.extra = block.extra
    this.facilityReference = block.facilityReference
    this.facilityBytes = block.facilityBytes
    this.eventReference = block.eventReference
    this.eventBytes = block.eventBytes
    this.level = block.level
    this.timestampMs = block.timestampMs
    this.timestampNanos = block.timestampNanos
    this.receivedMs = block.receivedMs
    this.restRows = block.rest.rows
    this.restWords = block.rest.words
    this.restKinds = block.rest.kinds
    for (const [index, column] of this.#detached.entries()) {
      const arrays = block.columns[index]
      if (arrays !== undefined) column.attach(arrays)
    }
    this.#detached = []
    this.clear()
  }

  /**
   * Begins an empty block. The paths that have been learnt stay, for the next block will be like the last,
   * unless they have grown to half their bound.
   */
  clear(): void {
    this.truncate(0)
    this.arenaBytes = 0
    this.extraBytes = 0
    this.hasNanos = false
    const { columnsMax, pathsMax } = this.limits
    if (this.columnCount * 2 < columnsMax && this.pathCount * 2 < pathsMax) return
    this.root = new PathNode(new Uint8Array(0), null)
    this.columnCount = 0
    this.pathCount = 0
  }

  #growRows(): void {
    const capacity = this.level.length === 0 ? 64 : Math.min(this.level.length * 2, blockRows)
    this.facilityReference = wider(this.facilityReference, new Uint32Array(capacity))
    this.facilityBytes = wider(this.facilityBytes, new Uint32Array(capacity))
    this.eventReference = wider(this.eventReference, new Uint32Array(capacity))
    this.eventBytes = wider(this.eventBytes, new Uint32Array(capacity))
    this.level = wider(this.level, new Uint8Array(capacity))
    this.timestampMs = wider(this.timestampMs, new Float64Array(capacity))
    this.timestampNanos = wider(this.timestampNanos, new Uint32Array(capacity))
    this.receivedMs = wider(this.receivedMs, new Float64Array(capacity))
  }

  #growRest(): void {
    const capacity = this.restRows.length === 0 ? 16 : this.restRows.length * 2
    this.restRows = wider(this.restRows, new Uint16Array(capacity))
    this.restWords = wider(this.restWords, new Uint32Array(capacity * 4))
    this.restKinds = wider(this.restKinds, new Uint8Array(capacity))
  }

  /** Whether an entry's path is `path` or goes on from it: the same text, but for the closing bracket. */
  #restPathBegins(index: number, path: Uint8Array): boolean {
    const at = (this.restWords[index * 4] ?? 0) - extraBase
    const bytes = this.restWords[index * 4 + 1] ?? 0
    const common = path.length - 1
    if (common === 1) return true // The path [] of the whole object.
    if (bytes < path.length) return false
    for (let i = 0; i < common; i++) if (this.extra[at + i] !== path[i]) return false
    return bytes === path.length || this.extra[at + common] === 0x2c
  }

  #restPathIs(index: number, entry: RestEntry): boolean {
    const reference = this.restWords[index * 4] ?? 0
    const bytes = this.restWords[index * 4 + 1] ?? 0
    if (bytes !== entry.pathBytes) return false
    const a = reference - extraBase
    const b = entry.path - extraBase
    for (let i = 0; i < bytes; i++) if (this.extra[a + i] !== this.extra[b + i]) return false
    return true
  }
}
