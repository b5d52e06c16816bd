import { type ReadonlySignal, signal } from '@preact/signals'

/** A key and what it does. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` has it: `/`, `j`, `E`, `Escape`. */
  readonly key: string
  /** For the list of keys; empty: it is not listed. */
  readonly says: string
  run(): void
}

/** The keys of the app. The last one bound wins; none is taken from a field that is being typed into. */
export class Keys {
  readonly #bindings = signal<readonly KeyBinding[]>([])

  constructor(window: Window) {
    window.addEventListener('keydown', (event) => this.#press(event))
  }

  get bindings(): ReadonlySignal<readonly KeyBinding[]> {
    return this.#bindings
  }

  /** Returns what takes it away again. */
  bind(binding: KeyBinding): () => void {
    this.#bindings.value = [...this.#bindings.peek(), binding]
    return () => {
      this.#bindings.value = this.#bindings.peek().filter((each) => each !== binding)
    }
  }

  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key !== 'Escape' && isTyped(event.target)) return
    if (isInDialog(event.target)) return
    const binding = this.#bindings.peek().findLast(({ key }) => key === event.key)
    if (binding === undefined) return
    event.preventDefault()
    binding.run()
  }
}

/** What is open above the page has keys of its own; one that has just closed may still hold the focus. */
function isInDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('dialog[open], [role="dialog"]') !== null
}

function isTyped(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}
