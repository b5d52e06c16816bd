import { Unpackr } from 'msgpackr'
import { asObject, type JsonObject } from '../http/json-object.ts'

const unpackr = new Unpackr({ useRecords: false, mapsAsObjects: true, int64AsType: 'number' })

/** The events of a body of concatenated msgpack maps. */
export function decodeEvents(body: Uint8Array): JsonObject[] {
  const found: unknown[] = unpackr.unpackMultiple(Uint8Array.from(body)) ?? []
  return found.map((event) => asObject(event))
}
