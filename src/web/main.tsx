import { render } from 'preact'
import { App } from './app.tsx'
import { AppContext, makeAppState } from './state/app-state.ts'

const state = makeAppState(window)
const root = document.getElementById('app')
if (root !== null) {
  render(
    <AppContext.Provider value={state}>
      <App />
    </AppContext.Provider>,
    root,
  )
  // Where bench/web.ts reads how soon the app could be used.
  performance.mark('minutebook-rendered')
}
