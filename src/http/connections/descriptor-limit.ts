import { readFileSync } from 'node:fs'

/** How many descriptors this process may have. Null: unknown, or without end. */
export function descriptorLimit(): number | null {
  try {
    const found = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))
    return found?.[1] === undefined ? null : Number(found[1])
  } catch {
    return null
  }
}

/**
 * How many connections there may be below the limit: half of it. The other half is for the book, the journal
 * and the threads, and for those that come from one look to the next. Where none is left, the runtime does
 * nothing but try to accept more, and no file can be opened.
 */
export function connectionsBelow(limit: number): number {
  return Math.max(1, Math.floor(limit / 2))
}
