import type { Summary } from '../../src/page/contract.ts'

const digest = (first: number): Uint8Array => Uint8Array.from({ length: 32 }, (_, i) => first + i)

export const someSummary: Summary = {
  minute: 29_833_333,
  eventCount: 22_000,
  levels: [0, 1, 2, 300, 4000, 70_000, 2 ** 33, 0],
  bytes: 650_000,
  digest: digest(1),
  previous: digest(60),
  link: digest(120),
  timestampMinMs: -5,
  timestampMaxMs: 1_790_000_059_999,
  receivedMinMs: 1_790_000_000_000,
  receivedMaxMs: 1_790_000_059_998,
  closedAtMs: 1_790_000_060_001,
}
