/** A fresh seed for fast-check, printed so that a failure can be run again; `MINUTEBOOK_SEED` sets it. */
export function seedNote(suite: string): { readonly seed: number } {
  const seed = Number(process.env['MINUTEBOOK_SEED'] ?? Date.now() & 0x7fff_ffff)
  process.stdout.write(`${suite}: fast-check seed ${seed}\n`)
  return { seed }
}
