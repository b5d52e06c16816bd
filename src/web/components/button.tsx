import type { ComponentChildren } from 'preact'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps {
  /** What it does; for an icon alone it is what screen readers say and what a tooltip shows. */
  readonly label: string
  readonly icon?: IconName
  /** Shows the icon alone. */
  readonly isBare?: boolean
  readonly kind?: 'plain' | 'primary' | 'danger' | 'quiet'
  readonly isPressed?: boolean
  readonly isDisabled?: boolean
  readonly children?: ComponentChildren
  onPress(): void
}

export function Button({ label, icon, isBare = false, kind = 'plain', ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      class={`button ${kind}${isBare ? ' bare' : ''}`}
      disabled={rest.isDisabled === true}
      onClick={rest.onPress}
      {...(isBare ? { 'aria-label': label, title: label } : {})}
      {...(rest.isPressed === undefined ? {} : { 'aria-pressed': rest.isPressed })}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      {isBare ? null : <span>{label}</span>}
      {rest.children}
    </button>
  )
}
