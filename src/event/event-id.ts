/** Where an event is: its page, the block (part) of the page, and the row in the block. */
export interface EventPlace {
  /** Minutes since the epoch, 0 to 2^32 - 1. */
  readonly minute: number
  /** 0 to 65,535. */
  readonly part: number
  /** 0 to 65,535. */
  readonly row: number
}

const shape = /^[0-9a-f]{16}$/

/** 16 lower-case hex digits: minute (8), part (4), row (4). Ids sort as their events do. */
export function formatEventId(place: EventPlace): string {
  const low = place.part * 0x1_0000 + place.row
  return place.minute.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
}

/** Undefined unless `text` is exactly what `formatEventId` writes. */
export function parseEventId(text: string): EventPlace | undefined {
  if (!shape.test(text)) return undefined
  return {
    minute: Number.parseInt(text.slice(0, 8), 16),
    part: Number.parseInt(text.slice(8, 12), 16),
    row: Number.parseInt(text.slice(12), 16),
  }
}
