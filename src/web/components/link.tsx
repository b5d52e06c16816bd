import type { ComponentChildren } from 'preact'
import { useApp } from '../state/app-state.ts'

export interface LinkProps {
  /** An address of the app, from `href()`. */
  readonly href: string
  readonly class?: string | undefined
  readonly title?: string | undefined
  readonly 'aria-current'?: 'page' | undefined
  readonly 'aria-label'?: string | undefined
  readonly children: ComponentChildren
}

/** A link inside the app: a real one, so that it can be opened in a new tab and copied. */
export function Link({ href, children, ...rest }: LinkProps) {
  const { location } = useApp()
  const follow = (event: MouseEvent): void => {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
      return
    event.preventDefault()
    location.go(href)
  }
  return (
    <a href={href} onClick={follow} {...rest}>
      {children}
    </a>
  )
}
