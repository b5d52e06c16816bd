/** Default limits of one batch and of its events. Sizes are UTF-8 bytes; each has a test that crosses it. */
export const defaultLimits = {
  facilityBytesMax: 128,
  /** Of the member `event`. */
  eventNameBytesMax: 1024,
  /** Of each name inside `additional`, at any depth. */
  nameBytesMax: 256,
  /** Of one event as it stands in the decompressed body, from its first to its last byte. */
  eventBytesMax: 256 * 1024,
  /** Members of `additional`, those of nested objects included, those inside arrays not. */
  namesMax: 256,
  /** `additional` is level 1, each object or array inside adds one. */
  nestingMax: 16,
  batchEventsMax: 200_000,
  /** Of a decompressed body. */
  batchBytesMax: 64 * 1024 * 1024,
} as const

/** The highest value that each of these limits can be set to. */
export const widestLimits: Readonly<Record<keyof typeof defaultLimits, number>> = {
  facilityBytesMax: 4 * 1024,
  eventNameBytesMax: 64 * 1024,
  nameBytesMax: 4 * 1024,
  eventBytesMax: 4 * 1024 * 1024,
  namesMax: 4_096,
  nestingMax: 64,
  batchEventsMax: 1_000_000,
  batchBytesMax: 256 * 1024 * 1024,
}
