import type { Import, Source } from './source.ts'

/** What breaks a rule, as `path: why`. */
export type Rule = (sources: readonly Source[]) => string[]

const linesMax = 350

/** A folder may import folders of a lower rank, and of its own where they are one layer. */
const ranks: Readonly<Record<string, number>> = {
  leaf: -1,
  event: 0,
  decode: 1,
  ring: 1,
  page: 1,
  journal: 2,
  book: 2,
  ingest: 3,
  query: 3,
  auth: 4,
  http: 4,
  composition: 5,
}
/** What imports nothing of ours, and that any layer may name. */
const leaves = new Set(['src/start-error.ts', 'src/version.ts', 'src/c-library.ts'])

const inSrc = (source: Source) => source.path.startsWith('src/')
const inTest = (source: Source) => source.path.startsWith('test/')

/** `event` ← decode, ring, page ← journal, book ← ingest, query ← http ← server. */
export const keepsDirection: Rule = (sources) =>
  sources
    .filter(inSrc)
    .flatMap((source) =>
      source.imports
        .filter((item) => item.target.startsWith('src/') && !mayImport(source.path, item))
        .map((item) => `${source.path}: may not import ${item.target}`),
    )

function mayImport(path: string, item: Import): boolean {
  const from = layerOf(path)
  const to = layerOf(item.target)
  if (from === to) return true
  // A contract is a seam: whoever stands on either side may name its shapes.
  if (item.typeOnly && item.target.endsWith('contract.ts')) return true
  // The spool's frames are the journal's: one codec, which imports nothing of ours but a shape.
  if (from === 'client' && item.target === 'src/journal/frame.ts') return true
  // What client and server sign is one text; it imports nothing.
  if (from === 'client' && item.target === 'src/auth/hmac-text.ts') return true
  if (from === 'client' || from === 'web') return to === 'event'
  const fromRank = ranks[from]
  const toRank = ranks[to]
  if (fromRank === undefined || toRank === undefined) return from === 'composition'
  if (from === 'http' && to === 'auth') return true
  return toRank < fromRank || (fromRank === 1 && toRank === 1)
}

function layerOf(path: string): string {
  if (leaves.has(path)) return 'leaf'
  // Files directly in src/ compose the others.
  if (/^src\/[^/]+$/.test(path) || path.startsWith('src/cli/')) return 'composition'
  return path.split('/')[1] ?? ''
}

/** Only http/ and auth/ know Elysia, and only book/ LMDB. */
export const keepsLibrariesIn: Rule = (sources) =>
  sources
    .filter(inSrc)
    .flatMap((source) =>
      source.imports
        .filter((item) => !mayUseLibrary(source.path, item.specifier))
        .map((item) => `${source.path}: may not import ${item.specifier}`),
    )

function mayUseLibrary(path: string, specifier: string): boolean {
  if (specifier === 'lmdb') return path.startsWith('src/book/')
  if (specifier === 'elysia' || specifier.startsWith('@elysiajs/')) {
    return path.startsWith('src/http/') || path.startsWith('src/auth/')
  }
  return true
}

/** The environment is read where the program is composed, and nowhere else. */
export const readsEnvironmentAtTheTop: Rule = (sources) =>
  sources
    .filter((source) => inSrc(source) && layerOf(source.path) !== 'composition')
    .filter((source) => /\b(?:process|Bun|import\.meta)\.env\b/.test(source.code))
    .map((source) => `${source.path}: reads the environment`)

/** Type-only imports vanish when the program runs, and so cannot make a cycle. */
export const hasNoCycles: Rule = (sources) => {
  const edges = new Map(
    sources.filter(inSrc).map((source) => {
      const targets = source.imports.filter((item) => !item.typeOnly).map((item) => item.target)
      return [source.path, targets] as const
    }),
  )
  const found: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
    if (done.has(path) || trail.includes(path)) return
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of edges.keys()) visit(path, [])
  return found
}

export const hasNoBarrels: Rule = (sources) =>
  sources.filter(inSrc).flatMap((source) => {
    if (source.imports.some((item) => item.reexport)) return [`${source.path}: re-exports`]
    return source.path.endsWith('/index.ts') ? [`${source.path}: is an index`] : []
  })

export const keepsFilesSmall: Rule = (sources) =>
  sources.filter(inSrc).flatMap((source) => {
    const count = source.text.split('\n').length - 1
    return count > linesMax ? [`${source.path}: ${count} lines, ${linesMax} at most`] : []
  })

export const namesFilesInKebabCase: Rule = (sources) =>
  sources
    .filter((source) => !/^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test|\.case)?\.tsx?$/.test(nameOf(source)))
    .map((source) => `${source.path}: is not named in kebab-case`)

const vagueNames = /^(?:utils?|helpers?|common|misc|manager)\.ts$/

export const namesFilesAfterWhatTheyHold: Rule = (sources) =>
  sources
    .filter((source) => vagueNames.test(nameOf(source)))
    .map((source) => `${source.path}: says nothing`)

const nameOf = (source: Source) => source.path.slice(source.path.lastIndexOf('/') + 1)

const escapes: readonly (readonly [RegExp, string])[] = [
  [/(?::|\bas|<|\||=>)\s*any\b(?!\s*[(:])|\bany\[\]/, 'uses any'],
  [/\bas\s+unknown\s+as\b/, 'casts through unknown'],
]
const commentEscapes: readonly (readonly [RegExp, string])[] = [
  [/@ts-(?:ignore|expect-error|nocheck)/, 'switches the type checker off'],
  [/\b(?:TO[D]O|FIX[M]E|XX[X])\b/, 'leaves work behind'],
]

export const keepsTypes: Rule = (sources) =>
  sources.flatMap((source) =>
    [
      ...escapes.filter(([pattern]) => pattern.test(withoutStrings(source.code))),
      ...commentEscapes.filter(([pattern]) => pattern.test(source.text)),
    ].map(([, why]) => `${source.path}: ${why}`),
  )

const withoutStrings = (code: string) => code.replace(/'(?:\\.|[^'\\\n])*'/g, "''")

/** Tests are left out by a condition that says why (`skipIf`), or not at all. */
export const runsEveryTest: Rule = (sources) =>
  sources
    .filter(inTest)
    .filter((source) =>
      /\b(?:test|it|describe)\.(?:only|skip|todo)\s*\(/.test(withoutStrings(source.code)),
    )
    .map((source) => `${source.path}: leaves tests out without a condition`)

/** Pages and documents are served from our own files: nothing is fetched from elsewhere. */
export const needsNoNetwork: Rule = (sources) =>
  sources
    .filter(inSrc)
    .filter((source) =>
      /https?:\/\/[^'"`\s]*(?:cdn|jsdelivr|unpkg|googleapis|cloudflare|esm\.sh|skypack)/i.test(
        source.text,
      ),
    )
    .map((source) => `${source.path}: names a CDN`)
