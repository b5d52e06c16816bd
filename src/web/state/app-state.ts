import { createContext } from 'preact'
import { useContext, useEffect, useRef } from 'preact/hooks'
import { Api } from '../api/api.ts'
import { Keys } from './keys.ts'
import { Live } from './live.ts'
import { Location } from './location.ts'
import { Preferences } from './preferences.ts'
import { SavedViews } from './saved-views.ts'
import { Session } from './session.ts'

/** What every view may use. Made once, by main.tsx. */
export interface AppState {
  readonly location: Location
  readonly session: Session
  readonly api: Api
  readonly live: Live
  readonly preferences: Preferences
  readonly keys: Keys
  readonly savedViews: SavedViews
}

export function makeAppState(window: Window): AppState {
  const session = new Session(window.sessionStorage)
  const api = new Api(session)
  return {
    location: new Location(window),
    session,
    api,
    live: new Live(api),
    preferences: new Preferences(window),
    keys: new Keys(window),
    savedViews: new SavedViews(window.localStorage),
  }
}

export const AppContext = createContext<AppState | null>(null)

export function useApp(): AppState {
  const state = useContext(AppContext)
  if (state === null) throw new Error('there is no AppContext above')
  return state
}

/** Binds a key while the component is shown. `says` is its line in the list of keys. */
export function useKey(key: string, says: string, run: () => void): void {
  const { keys } = useApp()
  const latest = useRef(run)
  latest.current = run
  useEffect(() => keys.bind({ key, says, run: () => latest.current() }), [keys, key, says])
}
