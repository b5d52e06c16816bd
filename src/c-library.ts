import { dlopen, type FFIFunction, type Library } from 'bun:ffi'

/** Where the C library may be: glibc, then musl. */
const libraries = ['libc.so.6', 'libc.musl-x86_64.so.1', 'libc.musl-aarch64.so.1'] as const

/** Functions of the C library of Linux, by their names. Null: not on Linux, or it cannot be opened. */
export function openCLibrary<Functions extends Record<string, FFIFunction>>(
  functions: Functions,
): Library<Functions> | null {
  if (process.platform !== 'linux') return null
  for (const library of libraries) {
    try {
      return dlopen(library, functions)
    } catch {
      continue
    }
  }
  return null
}
