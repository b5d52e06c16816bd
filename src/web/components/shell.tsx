import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { useApp, useKey } from '../state/app-state.ts'
import type { Theme } from '../state/preferences.ts'
import { Button } from './button.tsx'
import { Icon, type IconName } from './icon.tsx'
import { KeyHelp } from './key-help.tsx'
import { Link } from './link.tsx'
import { SavedViewsMenu } from './saved-views-menu.tsx'
import { StaleMarker } from './stale-marker.tsx'

const views: readonly (readonly [path: string, label: string, icon: IconName])[] = [
  ['/', 'Overview', 'overview'],
  ['/catalogue', 'Catalogue', 'catalogue'],
  ['/explore', 'Explore', 'explore'],
  ['/tail', 'Tail', 'tail'],
  ['/stats', 'Stats', 'stats'],
  ['/admin', 'Admin', 'admin'],
]

const themes: readonly Theme[] = ['system', 'light', 'dark']
const themeIcons = { system: 'system', light: 'sun', dark: 'moon' } as const

/** What is around every view: navigation, the theme's switch, the list of keys, the marker of a server that is away. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const { location, preferences, session } = useApp()
  const [isHelp, setHelp] = useState(false)
  useKey('?', 'this list of keys', () => setHelp(true))
  const { path } = location.place.value
  const theme = preferences.theme.value
  const nextTheme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <Link href="/" class="brand" aria-label="Minutebook">
          <BrandMark />
          <span>Minutebook</span>
        </Link>
        <nav aria-label="Views">
          {views.map(([to, label, icon]) => (
            <Link key={to} href={to} aria-current={path === to ? 'page' : undefined}>
              <Icon name={icon} />
              <span>{label}</span>
            </Link>
          ))}
          <a href="/swagger">
            <Icon name="api" />
            <span>API</span>
          </a>
        </nav>
        <div class="top-tools">
          <SavedViewsMenu />
          <Button
            label={`Theme: ${theme}`}
            icon={themeIcons[theme]}
            isBare
            kind="quiet"
            onPress={() => (preferences.theme.value = nextTheme)}
          />
          <Button label="Keys" icon="help" isBare kind="quiet" onPress={() => setHelp(true)} />
          {session.authorization.value === null ? null : (
            <Button
              label="Sign out"
              icon="user"
              isBare
              kind="quiet"
              onPress={() => session.signOut()}
            />
          )}
        </div>
      </header>
      <StaleMarker />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      {isHelp ? <KeyHelp onClose={() => setHelp(false)} /> : null}
    </div>
  )
}

function BrandMark() {
  return (
    <svg class="brand-mark" viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
      <rect width="32" height="32" rx="7" />
      <path d="M8 8h16M8 13.3h16M8 18.6h10M8 24h13" />
      <circle cx="24" cy="18.6" r="2.4" />
    </svg>
  )
}
