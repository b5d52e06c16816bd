import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type AppFile, type BuiltApp, fileEncodings, pageName, suffixOf } from './built-app.ts'
import { buildApp } from './build-app.ts'

const root = join(import.meta.dir, '../../..')
const sourceDirectory = join(root, 'src/web')
const storeDirectory = join(root, 'dist/web')
/** Written last: a store with a list is whole. */
const listName = 'list.json'
/** Only a checkout has it. A package is as it was published, whatever times its files were given when it was unpacked. */
const lockFile = 'bun.lock'
/** What a build is made from. */
const sources = ['src/web', 'src/event', 'src/http/web', lockFile]

/**
 * The web app from `dist/web`, built anew when it is missing or older than its source. What cannot be stored,
 * as in a container that may not write there, is served from memory.
 */
export async function loadApp(): Promise<BuiltApp> {
  const stored = await readStored()
  if (stored !== null) return stored
  const built = await buildApp(sourceDirectory)
  await store(built).catch((error: unknown) => {
    if (!isReadOnly(error)) throw error
  })
  return built
}

async function readStored(): Promise<BuiltApp | null> {
  const list = Bun.file(join(storeDirectory, listName))
  try {
    if ((await newestChange()) > list.lastModified) return null
    const names: unknown = await list.json()
    if (!Array.isArray(names)) return null
    const files = await Promise.all(names.map((name) => readFile(String(name))))
    return { page: await readFile(pageName), files }
  } catch {
    // Not there, or another process is replacing it.
    return null
  }
}

async function readFile(name: string): Promise<AppFile> {
  const read = (suffix: string) => Bun.file(join(storeDirectory, name + suffix)).bytes()
  const [plain, br, zstd, gzip] = await Promise.all([
    read(''),
    read(suffixOf.br),
    read(suffixOf.zstd),
    read(suffixOf.gzip),
  ])
  return { name, plain, compressed: { br, zstd, gzip } }
}

/** Replaces the store as a whole, so that servers that start meanwhile see the old or the new one. */
async function store({ page, files }: BuiltApp): Promise<void> {
  const fresh = `${storeDirectory}.${process.pid}`
  await mkdir(fresh, { recursive: true })
  for (const file of [page, ...files]) {
    await Bun.write(join(fresh, file.name), file.plain)
    for (const encoding of fileEncodings) {
      await Bun.write(join(fresh, file.name + suffixOf[encoding]), file.compressed[encoding])
    }
  }
  await Bun.write(join(fresh, listName), JSON.stringify(files.map(({ name }) => name)))
  await rm(storeDirectory, { recursive: true, force: true })
  try {
    await rename(fresh, storeDirectory)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    // Another process was faster, with the same files.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error
  }
}

/** When the source last changed, ms since the epoch: 3 ms for some hundred files. */
async function newestChange(): Promise<number> {
  if ((await changeOf(join(root, lockFile))) === 0) return 0
  let newest = 0
  for (const source of sources) {
    const path = join(root, source)
    const names = source.startsWith('src/') ? await readdir(path, { recursive: true }) : ['']
    const changes = await Promise.all(names.map((name) => changeOf(join(path, name))))
    newest = Math.max(newest, ...changes)
  }
  return newest
}

const changeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(() => null))?.mtimeMs ?? 0

const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : null

function isReadOnly(error: unknown): boolean {
  return ['EACCES', 'EROFS', 'EPERM', 'ENOSPC'].includes(String(codeOf(error)))
}
