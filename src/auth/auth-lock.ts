import * as fs from 'node:fs'
import { join } from 'node:path'
import { lockFile } from '../journal/posix.ts'

/** How long a change waits for another one to end, and how often it looks. */
const lockWaitMs = 5_000
const lookEveryMs = 20

/** A change that cannot be made, with the reason in words. */
export class CredentialChangeError extends Error {
  readonly code: 'not-found' | 'conflict' | 'invalid'

  constructor(code: CredentialChangeError['code'], message: string) {
    super(message)
    this.name = 'CredentialChangeError'
    this.code = code
  }
}

/**
 * Runs one change of the files in `<data>/auth` while no other process, and no other change of this one, makes
 * any. Throws CredentialChangeError when the others take too long.
 */
export async function whileLocked<T>(directory: string, change: () => Promise<T>): Promise<T> {
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 })
  const fd = fs.openSync(join(directory, 'lock'), 'a', 0o600)
  try {
    const until = performance.now() + lockWaitMs
    while (!lockFile(fd)) {
      if (performance.now() > until) {
        throw new CredentialChangeError('conflict', 'another process is changing the credentials')
      }
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
    return await change()
  } finally {
    fs.closeSync(fd)
  }
}
