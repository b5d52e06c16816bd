import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { QueryFault } from './query-bar.tsx'

interface QueryMirrorProps {
  readonly text: string
  readonly fault: QueryFault | null
  readonly input: RefObject<HTMLInputElement | null>
}

/** Lies behind the field with the same text, unseen but for the line under what is wrong. */
export function QueryMirror({ text, fault, input }: QueryMirrorProps) {
  const mirror = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const field = input.current
    if (field === null) return undefined
    const follow = (): void => {
      if (mirror.current !== null) mirror.current.scrollLeft = field.scrollLeft
    }
    follow()
    field.addEventListener('scroll', follow)
    return () => field.removeEventListener('scroll', follow)
  }, [input, text])
  if (fault === null) return null
  const from = Math.min(fault.column - 1, text.length)
  const rest = /^(?:\s+|[^\s()]+)/.exec(text.slice(from))?.[0] ?? ''
  return (
    <div class="query-mirror" ref={mirror} aria-hidden="true">
      {text.slice(0, from)}
      {/* At the end there is nothing to underline: a space stands for what is missing. */}
      <span class="query-wrong">{rest === '' ? '\u00a0\u00a0' : rest}</span>
      {text.slice(from + rest.length)}
    </div>
  )
}
