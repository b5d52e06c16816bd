import { type ReadonlySignal, signal } from '@preact/signals'

/** What is changed of the parameters of an address; null takes one away. */
export type ParameterChange = Readonly<Record<string, string | readonly string[] | number | null>>

export interface Place {
  readonly path: string
  readonly parameters: URLSearchParams
}

/**
 * Where the app is. Everything a view shows follows from its place, so that every view is a link and back and
 * forward work.
 */
export class Location {
  readonly #window: Window
  readonly #place

  constructor(window: Window) {
    this.#window = window
    this.#place = signal(placeOf(window))
    window.addEventListener('popstate', () => (this.#place.value = placeOf(window)))
  }

  get place(): ReadonlySignal<Place> {
    return this.#place
  }

  /** Goes to an address of the app, as a link would. */
  go(href: string): void {
    if (href === hrefOf(this.#place.peek())) return
    this.#window.history.pushState(null, '', href)
    this.#place.value = placeOf(this.#window)
    this.#window.scrollTo(0, 0)
  }

  /** Changes parameters of this view. `replace` makes no step to go back to: for what is changed by the way. */
  change(change: ParameterChange, { replace = false } = {}): void {
    const href = this.changed(change)
    if (href === hrefOf(this.#place.peek())) return
    if (replace) this.#window.history.replaceState(null, '', href)
    else this.#window.history.pushState(null, '', href)
    this.#place.value = placeOf(this.#window)
  }

  /** The address of this view with other parameters. */
  changed(change: ParameterChange): string {
    const { path, parameters } = this.#place.peek()
    const next = new URLSearchParams(parameters)
    applyChange(next, change)
    return hrefOf({ path, parameters: next })
  }
}

/** The address of a view. */
export function href(path: string, change: ParameterChange = {}): string {
  const parameters = new URLSearchParams()
  applyChange(parameters, change)
  return hrefOf({ path, parameters })
}

function applyChange(parameters: URLSearchParams, change: ParameterChange): void {
  for (const [name, value] of Object.entries(change)) {
    parameters.delete(name)
    if (value === null || value === '') continue
    const list = typeof value === 'string' || typeof value === 'number' ? [value] : value
    for (const each of list) parameters.append(name, String(each))
  }
}

function placeOf({ location }: Window): Place {
  return { path: location.pathname, parameters: new URLSearchParams(location.search) }
}

/** Colons, slashes, commas and stars need no escape in a query (RFC 3986, 3.4), and links stay readable. */
function hrefOf({ path, parameters }: Place): string {
  const query = parameters
    .toString()
    .replace(/%(3A|2F|2C|40)/g, (escape) => decodeURIComponent(escape))
  return query === '' ? path : `${path}?${query}`
}
