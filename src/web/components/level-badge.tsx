import type { LevelName } from '../../event/level.ts'

/** A level in its colour; the name is always written out, so that colour is never all there is. */
export function LevelBadge({ level }: { readonly level: LevelName }) {
  return <span class={`badge level-${level}`}>{level}</span>
}
