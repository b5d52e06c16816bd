/** The Idempotency-Key of a producer's events from `sequence` on: the same events have the same key, whoever sends them. */
export const keyOf = (producer: string, sequence: number, events: number): string =>
  `${producer}-${sequence}-${events}`
