import { dirname, join, normalize } from 'node:path'

/** A source file of the project as the rules of tidiness see it. */
export interface Source {
  /** From the project's root, with forward slashes: `src/ring/column.ts`. */
  readonly path: string
  readonly text: string
  /** The text with comments blanked out; lines keep their numbers. */
  readonly code: string
  readonly imports: readonly Import[]
}

export interface Import {
  /** As written. */
  readonly specifier: string
  /** From the project's root when relative, else the specifier. */
  readonly target: string
  readonly typeOnly: boolean
  /** `export … from`. */
  readonly reexport: boolean
}

const fromPattern = /\b(import|export)\s+(type\s+)?([^'";]*?)\s*\bfrom\s*['"]([^'"]+)['"]/g
const barePattern = /\bimport\s*\(?\s*['"]([^'"]+)['"]/g

export function parseSource(path: string, text: string): Source {
  const code = blankComments(text)
  const imports: Import[] = []
  for (const match of code.matchAll(fromPattern)) {
    const [, keyword, type, clause = '', specifier = ''] = match
    const named = /^\{(.*)\}$/s.exec(clause.trim())?.[1]
    const names = named?.split(',').filter((name) => name.trim() !== '')
    const allTypes = names?.every((name) => name.trim().startsWith('type ')) ?? false
    imports.push({
      specifier,
      target: resolve(path, specifier),
      typeOnly: type !== undefined || allTypes,
      reexport: keyword === 'export',
    })
  }
  for (const match of code.matchAll(barePattern)) {
    const specifier = match[1] ?? ''
    const target = resolve(path, specifier)
    imports.push({ specifier, target, typeOnly: false, reexport: false })
  }
  return { path, text, code, imports }
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith('.') ? normalize(join(dirname(path), specifier)) : specifier
}

/** Strings, templates and regular expressions are stepped over, so that `//` in a URL is no comment. */
const commentPattern =
  /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[=(,:[!&|?{};\n]\s*)\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/|\/\/[^\n]*|\/\*[\s\S]*?\*\//g

function blankComments(text: string): string {
  return text.replace(commentPattern, (part) =>
    part.startsWith('//') || part.startsWith('/*') ? part.replace(/[^\n]/g, ' ') : part,
  )
}
