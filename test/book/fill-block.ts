import { Kind } from '../../src/event/kind.ts'
import { BlockBuilder, type SealedBlock } from '../../src/ring/block-builder.ts'

export interface PlainEvent {
  readonly facility: string
  readonly event: string
  readonly level: number
  readonly timestampMs: number
  readonly additional: Readonly<Record<string, string>>
}

const limits = { columnsMax: 512, pathsMax: 2_048, bytesMax: 32 * 2 ** 20 }

/** A sealed block that holds these events, as the decoder would have built it. */
export function sealEvents(events: readonly PlainEvent[], receivedMs: number): SealedBlock {
  const builder = new BlockBuilder(limits)
  for (const each of events) {
    const row = builder.beginEvent()
    for (const [name, text] of Object.entries(each.additional)) {
      const bytes = Buffer.from(name)
      const node = builder.path(builder.root, bytes, 0, bytes.length)
      const column = node === null ? null : builder.column(node, Kind.Text)
      if (column === null) throw new Error('the block has no column left')
      column.pushPair(row, append(builder, text), Buffer.byteLength(text))
    }
    builder.endEvent({
      facilityReference: append(builder, each.facility),
      facilityBytes: Buffer.byteLength(each.facility),
      eventReference: append(builder, each.event),
      eventBytes: Buffer.byteLength(each.event),
      level: each.level,
      timestampMs: each.timestampMs,
      timestampNanos: 0,
    })
  }
  builder.stampReceived(0, receivedMs)
  return builder.detach()
}

function append(builder: BlockBuilder, text: string): number {
  return builder.appendExtra(Buffer.from(text))
}
