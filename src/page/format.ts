/* The codes and bounds of the block format. docs/FORMAT.md draws it; block-encoder.ts says what is where. */

/** 'MBK' and the version. A reader refuses every version but these two. */
export const blockMagic = [0x4d, 0x42, 0x4b] as const
export const blockVersion = 1
/** A block that a redaction has left some rows of: its directory ends with a bitmap of the rows that remain. */
export const redactedBlockVersion = 2

/** Rows of a block: a row is 16 bits of an event's id. */
export const rowsMax = 0x1_0000
export const columnsMax = 0x1_0000
/** Bytes of one section once decompressed: more is taken for damage. */
export const sectionBytesMax = 128 * 2 ** 20

/** How the rows of a column are told. */
export const Presence = { All: 0, Bitmap: 1, Deltas: 2 } as const

export const NumberCode = {
  Const: 0,
  /** Distances from the smallest, in byte planes. */
  Frame: 1,
  /** Differences from one to the next, less the smallest difference, in byte planes. */
  Delta: 2,
  /** Up to 256 numbers, one byte each to choose among them. */
  Dictionary: 3,
  Runs: 4,
  /** Whole numbers to be divided by a power of ten. */
  Scaled: 5,
  /** IEEE 754 doubles in eight byte planes. */
  Raw: 6,
} as const

export const TextCode = { Const: 0, Dictionary: 1, Raw: 2, Uuid: 3, Ipv4: 4 } as const

/** Bools, and pairs of 32 bits. */
export const BitsCode = { Const: 0, Plain: 1 } as const
