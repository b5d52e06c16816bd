import { readFileSync } from 'node:fs'

/** What the book, the journal and the threads need beside connections. */
export const descriptorReserve = 512

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
 * How many connections fit below the limit. Beyond it the runtime cannot take any more and does nothing but
 * try, so the bound must come first. A small limit leaves half of itself.
 */
export function connectionsBelow(limit: number): number {
  return Math.max(1, limit - Math.min(descriptorReserve, Math.floor(limit / 2)))
}
