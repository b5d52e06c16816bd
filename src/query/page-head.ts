import type { Summary } from '../page/contract.ts'
import type { PageHead } from './contract.ts'

/** A page as lists show it. */
export function pageHead(summary: Summary): PageHead {
  return {
    minute: summary.minute,
    eventCount: summary.eventCount,
    levels: [...summary.levels],
    bytes: summary.bytes,
    digest: hex(summary.digest),
    link: hex(summary.link),
    previous: hex(summary.previous),
    timestampMinMs: summary.timestampMinMs,
    timestampMaxMs: summary.timestampMaxMs,
    closedAtMs: summary.closedAtMs,
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
