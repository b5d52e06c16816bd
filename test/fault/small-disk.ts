import { spawnSync } from 'node:child_process'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file system of a few MiB that a test can fill. */
export class SmallDisk implements Disposable {
  readonly path: string
  readonly #ballast: string

  private constructor(path: string) {
    this.path = path
    this.#ballast = join(path, 'ballast')
  }

  /** Null when this user may not mount one. */
  static mount(bytes: number): SmallDisk | null {
    const path = fs.mkdtempSync(join(tmpdir(), 'minutebook-disk-'))
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path])
    if (status === 0) return new SmallDisk(path)
    fs.rmdirSync(path)
    return null
  }

  /** Takes all space but about `leftBytes`. */
  fill(leftBytes = 0): void {
    const fd = fs.openSync(this.#ballast, 'a')
    try {
      for (const step of [1024 * 1024, 4_096]) {
        const piece = Buffer.alloc(step, 1)
        while (this.freeBytes >= leftBytes + step) fs.writeSync(fd, piece)
      }
    } finally {
      fs.closeSync(fd)
    }
  }

  /** Gives the space back. */
  clear(): void {
    fs.rmSync(this.#ballast, { force: true })
  }

  get freeBytes(): number {
    const { bavail, bsize } = fs.statfsSync(this.path)
    return bavail * bsize
  }

  [Symbol.dispose](): void {
    spawnSync('umount', ['-l', this.path])
    fs.rmdirSync(this.path)
  }
}
