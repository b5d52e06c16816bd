import { type ReadonlySignal, signal } from '@preact/signals'

const storageName = 'minutebook.views'

/** Views that are kept at most. */
export const savedViewsMax = 100

/** A view that the reader has given a name; its address says all that it shows. */
export interface SavedView {
  readonly name: string
  readonly href: string
}

/** The reader's own views, kept in this browser. A view is shared by its address. */
export class SavedViews {
  readonly #storage: Storage
  readonly #views

  constructor(storage: Storage) {
    this.#storage = storage
    this.#views = signal(read(storage.getItem(storageName)))
  }

  get views(): ReadonlySignal<readonly SavedView[]> {
    return this.#views
  }

  /** Keeps a view; one of the same name is replaced. Without room the oldest goes. */
  save(view: SavedView): void {
    const others = this.#views.peek().filter(({ name }) => name !== view.name)
    this.#keep([...others, view].slice(-savedViewsMax))
  }

  remove(name: string): void {
    this.#keep(this.#views.peek().filter((view) => view.name !== name))
  }

  #keep(views: readonly SavedView[]): void {
    this.#views.value = views
    this.#storage.setItem(storageName, JSON.stringify(views))
  }
}

/** What was kept by this or another version; anything else is as if nothing had been. */
function read(kept: string | null): readonly SavedView[] {
  try {
    const list: unknown = JSON.parse(kept ?? '[]')
    return Array.isArray(list) ? list.filter(isView) : []
  } catch {
    return []
  }
}

function isView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false
  if (!('name' in value) || !('href' in value)) return false
  const { name, href } = value
  // An address of this app and of no other place.
  return typeof name === 'string' && typeof href === 'string' && /^\/(?!\/)/.test(href)
}
