import { effect, type Signal, signal } from '@preact/signals'

export type Theme = 'system' | 'light' | 'dark'
export type Zone = 'local' | 'utc'

/** What belongs to the reader rather than to a view: kept in the browser, and not part of links. */
export class Preferences {
  readonly theme: Signal<Theme>
  readonly zone: Signal<Zone>
  /** Changes whenever colours may have: by the switch or by the system. Charts draw themselves anew then. */
  readonly colours: Signal<number>

  constructor(window: Window) {
    const { localStorage: storage, document } = window
    this.theme = signal(oneOf(storage.getItem('minutebook.theme'), ['system', 'light', 'dark']))
    this.zone = signal(oneOf(storage.getItem('minutebook.zone'), ['local', 'utc']))
    this.colours = signal(0)
    effect(() => {
      const theme = this.theme.value
      if (theme === 'system') document.documentElement.removeAttribute('data-theme')
      else document.documentElement.dataset['theme'] = theme
      storage.setItem('minutebook.theme', theme)
      this.colours.value = this.colours.peek() + 1
    })
    effect(() => storage.setItem('minutebook.zone', this.zone.value))
    window
      .matchMedia('(prefers-color-scheme: dark)')
      .addEventListener('change', () => this.colours.value++)
  }
}

/** What was kept, if it is still one of the choices; otherwise the first. */
function oneOf<T extends string>(kept: string | null, choices: readonly [T, ...T[]]): T {
  return choices.find((each) => each === kept) ?? choices[0]
}
