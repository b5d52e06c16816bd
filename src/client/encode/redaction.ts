/** What stands where a redacted value stood. */
export const redacted = '[redacted]'

/** The names that are redacted below one level. */
export interface RedactionNode {
  readonly names: ReadonlyMap<string, RedactionNode | 'redact'>
  /** What holds for every name (`*`). */
  readonly every: RedactionNode | 'redact' | null
}

interface Draft {
  readonly names: Map<string, Draft | 'redact'>
  every: Draft | 'redact' | null
}

const draft = (): Draft => ({ names: new Map(), every: null })

/**
 * Paths of names separated by points: `password`, `user.email`, `headers.authorization`, `*.token`,
 * `items.*.card` (`*` is any one name or index). Null for none.
 */
export function compileRedaction(paths: readonly string[]): RedactionNode | null {
  if (paths.length === 0) return null
  const root = draft()
  for (const path of paths) {
    const names = path.split('.')
    let node = root
    for (const [i, name] of names.entries()) {
      const found = name === '*' ? node.every : node.names.get(name)
      if (found === 'redact') break
      if (i === names.length - 1) {
        put(node, name, 'redact')
        break
      }
      const next = found ?? draft()
      put(node, name, next)
      node = next
    }
  }
  return root
}

function put(node: Draft, name: string, value: Draft | 'redact'): void {
  if (name === '*') node.every = value
  else node.names.set(name, value)
}

/** What the rules say below `name`. A name with points stands for objects inside each other, as it does at the server. */
export function redactionOf(
  node: RedactionNode | null,
  name: string,
): RedactionNode | 'redact' | null {
  if (node === null || !name.includes('.')) return ruleOf(node, name)
  let rule: RedactionNode | 'redact' | null = node
  for (const part of name.split('.')) {
    if (rule === 'redact') break
    rule = ruleOf(rule, part)
  }
  return rule
}

function ruleOf(node: RedactionNode | null, name: string): RedactionNode | 'redact' | null {
  if (node === null) return null
  const own = node.names.get(name) ?? null
  if (own === null || node.every === null) return own ?? node.every
  if (own === 'redact' || node.every === 'redact') return 'redact'
  return merge(own, node.every)
}

/** Both `user.password` and `*.token` hold below `user`. */
function merge(a: RedactionNode, b: RedactionNode): RedactionNode {
  const names = new Map(a.names)
  for (const [name, below] of b.names) {
    const own = names.get(name)
    if (own === undefined) names.set(name, below)
    else names.set(name, own === 'redact' || below === 'redact' ? 'redact' : merge(own, below))
  }
  const every =
    a.every === null || b.every === null
      ? (a.every ?? b.every)
      : a.every === 'redact' || b.every === 'redact'
        ? 'redact'
        : merge(a.every, b.every)
  return { names, every }
}
