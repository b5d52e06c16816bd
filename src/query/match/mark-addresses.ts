import type { StoredAddresses } from '../../page/contract.ts'

/** Sets the rows whose address lies between two, which are included. About 1 ns a row. */
export function markAddresses(
  { count, planes }: StoredAddresses,
  { first, last }: { readonly first: number; readonly last: number },
  rows: Uint8Array,
): void {
  for (let row = 0; row < count; row++) {
    const low = ((planes[row + count * 2] ?? 0) << 8) | (planes[row + count * 3] ?? 0)
    const high = ((planes[row] ?? 0) << 8) | (planes[row + count] ?? 0)
    const address = high * 0x1_0000 + low
    if (address >= first && address <= last) rows[row] = 1
  }
}
