/* Arrays that grow. */

/** `fresh`, which begins with what `old` holds. */
export function wider<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(
  old: T,
  fresh: T,
): T {
  fresh.set(old as never) // The two are of one kind: only TypeScript's overloads do not see it.
  return fresh
}

/** `bytes`, or a copy of its first `used` bytes that has room for `more`; it at least doubles. */
export function withRoom(
  bytes: Uint8Array<ArrayBuffer>,
  used: number,
  more: number,
): Uint8Array<ArrayBuffer> {
  if (used + more <= bytes.length) return bytes
  const fresh = new Uint8Array(Math.max(used + more, bytes.length * 2))
  fresh.set(bytes.subarray(0, used))
  return fresh
}
