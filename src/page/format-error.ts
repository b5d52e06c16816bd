/** Bytes that are not what their format says: what is wrong, and at which byte of what. */
export class FormatError extends Error {
  override readonly name = 'FormatError'

  constructor(what: string, where: string, at: number) {
    super(`${what} at byte ${at} of the ${where}`)
  }
}
