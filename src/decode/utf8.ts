/**
 * The position behind the character of two to four bytes at `p`, or -1 if it is not well-formed (Unicode
 * table 3-7): no overlong forms, no surrogates, nothing above U+10FFFF.
 */
export function utf8Next(src: Uint8Array, p: number, end: number): number {
  const first = src[p] ?? 0
  const second = p + 1 < end ? (src[p + 1] ?? 0) : 0
  if (first < 0xc2 || first > 0xf4 || second >>> 6 !== 2) return -1
  if (first < 0xe0) return p + 2
  const third = p + 2 < end ? (src[p + 2] ?? 0) : 0
  if (third >>> 6 !== 2) return -1
  if (first < 0xf0) {
    if (first === 0xe0 && second < 0xa0) return -1
    return first === 0xed && second > 0x9f ? -1 : p + 3
  }
  const fourth = p + 3 < end ? (src[p + 3] ?? 0) : 0
  if (fourth >>> 6 !== 2 || (first === 0xf0 && second < 0x90)) return -1
  return first === 0xf4 && second > 0x8f ? -1 : p + 4
}

/** Writes a code point at `at`; the position behind it. */
export function writeUtf8(out: Uint8Array, at: number, point: number): number {
  let p = at
  if (point < 0x80) {
    out[p++] = point
    return p
  }
  if (point < 0x800) out[p++] = 0xc0 | (point >> 6)
  else {
    if (point < 0x1_0000) out[p++] = 0xe0 | (point >> 12)
    else {
      out[p++] = 0xf0 | (point >> 18)
      out[p++] = 0x80 | ((point >> 12) & 0x3f)
    }
    out[p++] = 0x80 | ((point >> 6) & 0x3f)
  }
  out[p++] = 0x80 | (point & 0x3f)
  return p
}
