/** An array with room for `size` numbers, what is new being `fill`; twice as long each time it grows. */
export function grown(
  array: Float64Array<ArrayBuffer>,
  size: number,
  fill: number,
): Float64Array<ArrayBuffer> {
  if (size <= array.length) return array
  const larger = new Float64Array(Math.max(size, 2 * array.length, 16)).fill(fill)
  larger.set(array)
  return larger
}
