export type JsonObject = Readonly<Record<string, unknown>>

export function asObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null) throw new TypeError(`not an object: ${value}`)
  return Object.fromEntries(Object.entries(value))
}

export function asList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError('not a list')
  return value
}
