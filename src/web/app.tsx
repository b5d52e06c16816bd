import type { ComponentType } from 'preact'
import { useEffect, useLayoutEffect } from 'preact/hooks'
import { Shell } from './components/shell.tsx'
import { Empty } from './components/states.tsx'
import { useApp } from './state/app-state.ts'
import { AdminView } from './views/admin/admin-view.tsx'
import { CatalogueView } from './views/catalogue/catalogue-view.tsx'
import { ExploreView } from './views/explore/explore-view.tsx'
import { OverviewView } from './views/overview/overview-view.tsx'
import { SignInView } from './views/sign-in/sign-in-view.tsx'
import { StatsView } from './views/stats/stats-view.tsx'
import { TailView } from './views/tail/tail-view.tsx'

/** The views by their paths, which http/web/app-pages.ts answers too. */
const views: Readonly<Record<string, readonly [title: string, view: ComponentType]>> = {
  '/': ['Overview', OverviewView],
  '/catalogue': ['Catalogue', CatalogueView],
  '/explore': ['Explore', ExploreView],
  '/tail': ['Tail', TailView],
  '/stats': ['Stats', StatsView],
  '/admin': ['Admin', AdminView],
  '/sign-in': ['Sign in', SignInView],
}

/** Shows the view of the place; the sign-in in its stead while a credential is needed. */
export function App() {
  const { location, session, live } = useApp()
  const { path } = location.place.value
  const isNeeded = session.isNeeded.value
  const authorization = session.authorization.value
  const [title, View] = isNeeded ? (['Sign in', SignInView] as const) : (views[path] ?? ['', null])
  useEffect(() => {
    document.title = title === '' ? 'Minutebook' : `${title} · Minutebook`
  }, [title])
  useLayoutEffect(() => {
    if (isNeeded) live.stop()
    else live.start()
    return () => live.stop()
  }, [live, isNeeded, authorization])
  return (
    <Shell>{View === null ? <Empty title="There is no such view." /> : <View key={path} />}</Shell>
  )
}
