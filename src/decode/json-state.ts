import { ScanState } from './scan-state.ts'

/** The state of a JSON scanner. */
export class JsonState extends ScanState {
  /** Whether the text read last had escapes: then it is in `extra`, else where it stood. */
  escaped = false
  /** Of the leaf being checked: whether it stands as compact text, without duplicate names. */
  leafSpaces = false
  leafDuplicates = false
}

/** The position of the next byte that is not JSON whitespace. */
export function skipSpace(src: Uint8Array, from: number): number {
  let p = from
  for (;;) {
    const byte = src[p] ?? 0
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return p
    p++
  }
}
