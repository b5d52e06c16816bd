import { type ReadonlySignal, signal } from '@preact/signals'

const storageName = 'minutebook.authorization'

/** Where a credential is kept: until the page is left, or until the tab is closed. */
export type Keeping = 'memory' | 'session'

/**
 * The credential that requests carry. A 401 makes `isNeeded` true: the shell then shows the sign-in in place of the
 * view, whose address stays.
 */
export class Session {
  readonly #storage: Storage
  readonly #authorization
  readonly #isNeeded = signal(false)

  constructor(storage: Storage) {
    this.#storage = storage
    this.#authorization = signal(storage.getItem(storageName))
  }

  /** The Authorization header of every request; null: none. */
  get authorization(): ReadonlySignal<string | null> {
    return this.#authorization
  }

  /** Where the credential is kept now. */
  get keeping(): Keeping {
    return this.#storage.getItem(storageName) === null ? 'memory' : 'session'
  }

  get isNeeded(): ReadonlySignal<boolean> {
    return this.#isNeeded
  }

  /** Requests carry `authorization` from now on; views ask anew. */
  signIn(authorization: string, keeping: Keeping): void {
    if (keeping === 'session') this.#storage.setItem(storageName, authorization)
    else this.#storage.removeItem(storageName)
    this.#authorization.value = authorization
    this.#isNeeded.value = false
  }

  signOut(): void {
    this.#storage.removeItem(storageName)
    this.#authorization.value = null
    this.#isNeeded.value = true
  }

  /** The server answered 401. */
  refused(): void {
    this.#isNeeded.value = true
  }
}
