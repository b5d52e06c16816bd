import * as fs from 'node:fs'
import { dirname } from 'node:path'

/**
 * Replaces a file of the directory `auth` as a whole: a new file of mode 600, synced, renamed over the old
 * one, the directory synced. Durable when it returns.
 */
export function replaceFile(path: string, text: string): void {
  const directory = dirname(path)
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  const fresh = `${path}.${process.pid}.new`
  const fd = fs.openSync(fresh, 'w', 0o600)
  try {
    fs.writeFileSync(fd, text)
    fs.fsyncSync(fd)
  } finally {
    fs.closeSync(fd)
  }
  fs.renameSync(fresh, path)
  const parent = fs.openSync(directory, 'r')
  fs.fsyncSync(parent)
  fs.closeSync(parent)
}

/** Changes whenever the file is replaced: its inode, time and size; '' without a file. */
export function stampOf(path: string): string {
  const stat = fs.statSync(path, { throwIfNoEntry: false, bigint: true })
  return stat === undefined ? '' : `${stat.ino}-${stat.mtimeNs}-${stat.size}`
}
