import type { DayPages } from './day-pages.ts'
import {
  decodeChanges,
  digestOfChanges,
  linkOfRedaction,
  openChanges,
  type PageChange,
  type RedactionEntry,
} from './redaction-chain.ts'
import type { StoredPage } from './stored-page.ts'

/** What is wrong with the chain of redactions, given what the book says of its length and end. */
export function chainFindings(
  entries: readonly RedactionEntry[],
  book: { readonly count: number; readonly head: string },
): string[] {
  const findings: string[] = []
  let previous = '0'.repeat(64)
  for (const [i, entry] of entries.entries()) {
    const isNext = entry.number === i + 1 && entry.previous === previous
    if (!isNext || linkOfRedaction(entry) !== entry.link) {
      findings.push(`entry ${i + 1} of the chain of redactions does not follow from the one before`)
    }
    previous = entry.link
  }
  if (previous !== book.head || entries.length !== book.count) {
    findings.push('the chain of redactions does not end where the book says')
  }
  return findings
}

/** What the redactions of a day did to its pages, as the chain vouches for it. */
export class RedactedPages {
  /** By minute, in the order of the redactions. */
  readonly #changes = new Map<number, PageChange[]>()

  constructor(entries: readonly RedactionEntry[], pages: DayPages, found: (what: string) => void) {
    for (const entry of entries) {
      try {
        for (const change of changesOf(entry, pages)) this.#add(change)
      } catch (error) {
        const detail = error instanceof Error ? error.message : String(error)
        found(`redaction ${entry.number}: ${detail}`)
      }
    }
  }

  /** The digest with which the page was closed. Throws Error where it is not what redactions have made of that. */
  originalOf({ minute, summary, directory }: StoredPage): Uint8Array {
    const { digest, eventCount } = summary
    const changes = this.#changes.get(minute) ?? []
    let current = changes[0]?.before ?? digest
    const original = current
    let removed = 0
    for (const { before, since, events } of changes) {
      if (Buffer.compare(before, current) !== 0) {
        throw new Error('the redactions of the page do not follow from one another')
      }
      current = since
      removed += events
    }
    if (Buffer.compare(current, digest) !== 0) {
      throw new Error('the page is not what its redactions have made of it')
    }
    const rows = [...(directory.originalRows?.values() ?? [])].reduce((sum, each) => sum + each, 0)
    const expected = changes.length === 0 ? 0 : eventCount + removed
    if (rows !== expected) throw new Error('the redactions of the page count other events')
    return original
  }

  /** Redacted pages from `first` on that are not among these. */
  missing(minutes: ReadonlySet<number>, first: number): number[] {
    return [...this.#changes.keys()].filter((minute) => minute >= first && !minutes.has(minute))
  }

  #add(change: PageChange): void {
    const known = this.#changes.get(change.minute)
    if (known === undefined) this.#changes.set(change.minute, [change])
    else known.push(change)
  }
}

/** Throws Error. */
function changesOf(entry: RedactionEntry, pages: DayPages): PageChange[] {
  const value = pages.changes(entry.number)
  if (value === null) throw new Error('the list of its pages is missing')
  const list = openChanges(value).slice()
  if (digestOfChanges(list) !== entry.list) {
    throw new Error('the list of its pages is not what the chain says')
  }
  const changes = decodeChanges(list)
  const events = changes.reduce((sum, change) => sum + change.events, 0)
  if (changes.length === entry.pages && events === entry.events) return changes
  throw new Error('the list of its pages counts otherwise than the chain')
}
