import type { Splitter } from './splitter.ts'
import { append } from './splitter.ts'

const newline = 0x0a

/** NDJSON: an event a line. Empty lines are left out. */
export class LineSplitter implements Splitter {
  #rest: Uint8Array = new Uint8Array()

  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = append(this.#rest, chunk)
    const lines: Uint8Array[] = []
    let start = 0
    for (;;) {
      const end = bytes.indexOf(newline, start)
      if (end < 0) break
      addLine(lines, bytes.subarray(start, end))
      start = end + 1
    }
    this.#rest = bytes.slice(start)
    return lines
  }

  end(): Uint8Array[] {
    const lines: Uint8Array[] = []
    addLine(lines, this.#rest)
    this.#rest = new Uint8Array()
    return lines
  }
}

function addLine(lines: Uint8Array[], line: Uint8Array): void {
  if (line.some((byte) => byte > 0x20)) lines.push(line)
}
