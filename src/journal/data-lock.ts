import * as fs from 'node:fs'
import { join } from 'node:path'
import { lockFile } from './posix.ts'

export type DataLock =
  | { readonly ok: true; release(): void }
  /** `holder` is the process id the other server wrote, or '' when it cannot be read. */
  | { readonly ok: false; readonly holder: string }

/**
 * Takes the data directory for this process by the kernel's lock on `<data>/lock`. The kernel lets it go
 * when the process ends, however it ends; the process id inside is only for the message.
 */
export function lockDataDirectory(directory: string): DataLock {
  const path = join(directory, 'lock')
  const fd = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o640)
  if (!lockFile(fd)) {
    const holder = fs.readFileSync(path, 'utf8').trim()
    fs.closeSync(fd)
    return { ok: false, holder }
  }
  fs.ftruncateSync(fd, 0)
  fs.writeSync(fd, `${process.pid}\n`, 0)
  return { ok: true, release: () => fs.closeSync(fd) }
}
