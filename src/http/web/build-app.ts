import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { type AppFile, type BuiltApp, pageName } from './built-app.ts'

/** Bundles the web app and compresses its files: 300 ms. Throws AggregateError for source that does not build. */
export async function buildApp(sourceDirectory: string): Promise<BuiltApp> {
  const built = await Bun.build({
    entrypoints: [join(sourceDirectory, 'main.tsx'), join(sourceDirectory, 'style/app.css')],
    target: 'browser',
    minify: true,
    naming: '[name]-[hash].[ext]',
  })
  const files = await Promise.all(
    built.outputs.map(async (output) =>
      fileOf(
        output.path.slice(output.path.lastIndexOf('/') + 1),
        new Uint8Array(await output.arrayBuffer()),
      ),
    ),
  )
  const icon = await Bun.file(join(sourceDirectory, 'icon.svg')).bytes()
  files.push(fileOf(`icon-${Bun.hash.xxHash3(icon).toString(36)}.svg`, icon))
  const page = fileOf(pageName, new TextEncoder().encode(pageOf(files)))
  return { page, files }
}

function fileOf(name: string, plain: Uint8Array<ArrayBuffer>): AppFile {
  const br = brotliCompressSync(plain, {
    params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY },
  })
  return {
    name,
    plain,
    compressed: {
      br: new Uint8Array(br),
      zstd: new Uint8Array(Bun.zstdCompressSync(plain, { level: 19 })),
      gzip: new Uint8Array(gzipSync(plain, { level: 9 })),
    },
  }
}

function pageOf(files: readonly AppFile[]): string {
  const url = (ending: string): string =>
    `/assets/${files.find(({ name }) => name.endsWith(ending))?.name ?? ''}`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Minutebook</title>
<link rel="icon" type="image/svg+xml" href="${url('.svg')}">
<link rel="stylesheet" href="${url('.css')}">
<script type="module" src="${url('.js')}"></script>
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript. The API does not: see <a href="/swagger">its documentation</a>.</noscript>
</body>
</html>
`
}
