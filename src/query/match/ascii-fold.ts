/** Every byte, letters A to Z as a to z. */
export const folded: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte,
)

/** 1 for an ASCII letter, a digit and `_`. */
export const isWordByte: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  /\w/.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** UTF-8 with its letters A to Z in lower case. */
export function foldedBytes(text: string): Buffer {
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i++) bytes[i] = folded[bytes[i] ?? 0] ?? 0
  return bytes
}

/** Whether `needle`, in lower case, stands at `at`; the caller knows that there are enough bytes. */
export function standsAt(bytes: Uint8Array, at: number, needle: Uint8Array): boolean {
  for (let i = 0; i < needle.length; i++) {
    if (folded[bytes[at + i] ?? 0] !== needle[i]) return false
  }
  return true
}

/** Where `needle`, in lower case, first stands within `bytes[from..to)`; -1: nowhere. */
export function findFolded(
  bytes: Uint8Array,
  from: number,
  to: number,
  needle: Uint8Array,
): number {
  const last = to - needle.length
  const first = needle[0]
  for (let at = from; at <= last; at++) {
    if (first !== undefined && folded[bytes[at] ?? 0] !== first) continue
    if (standsAt(bytes, at, needle)) return at
  }
  return -1
}
