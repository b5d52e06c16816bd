import type { Api } from '../../api/api.ts'
import { counterOf } from './export-count.ts'

export const exportFormats = [
  ['ndjson', 'NDJSON, one event a line'],
  ['csv', 'CSV, additional as JSON text'],
  ['msgpack', 'msgpack, one map an event'],
] as const
export type ExportFormat = (typeof exportFormats)[number][0]

export interface ExportProgress {
  readonly bytes: number
  readonly events: number
  readonly isDone: boolean
  readonly failure?: string
}

export interface ExportOptions {
  readonly api: Api
  readonly url: string
  /** Of the file. */
  readonly name: string
  readonly format: ExportFormat
  readonly signal: AbortSignal
  onProgress(progress: ExportProgress): void
}

/** How often progress is told. */
const toldEveryMs = 150

/**
 * Loads a search as a file and saves it. The browser keeps large blobs on disk; an answer that breaks off is an
 * error, and nothing is saved. Rejects with ApiError, or with what ended the answer.
 */
export async function downloadEvents(options: ExportOptions): Promise<void> {
  const { api, url, name, format, signal, onProgress } = options
  const response = await api.send('GET', url, { signal })
  const parts: Blob[] = []
  let bytes = 0
  const counter = counterOf(format)
  let toldMs = performance.now()
  const tell = (isDone: boolean): void => onProgress({ bytes, events: counter.count, isDone })
  tell(false)
  const reader = response.body?.getReader()
  for (;;) {
    const chunk = await reader?.read()
    if (chunk === undefined || chunk.value === undefined) break
    bytes += chunk.value.length
    counter.push(chunk.value)
    parts.push(new Blob([chunk.value]))
    if (performance.now() - toldMs < toldEveryMs) continue
    toldMs = performance.now()
    tell(false)
  }
  save(new Blob(parts), name)
  tell(true)
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The browser has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
