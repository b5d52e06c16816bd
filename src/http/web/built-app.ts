/** How an answer's bytes may be compressed, best first. */
export const fileEncodings = ['br', 'zstd', 'gzip'] as const
export type FileEncoding = (typeof fileEncodings)[number]

/** One file of the web app, compressed once for all who ask. */
export interface AppFile {
  /** With a hash of the content in it, so that it may be kept for ever: `main-x7k2.js`. */
  readonly name: string
  readonly plain: Uint8Array<ArrayBuffer>
  readonly compressed: Readonly<Record<FileEncoding, Uint8Array<ArrayBuffer>>>
}

/** The web app as the bundler made it. */
export interface BuiltApp {
  /** The one page, which names the files. */
  readonly page: AppFile
  readonly files: readonly AppFile[]
}

/** What the one page is called among the files. */
export const pageName = 'page.html'

export const suffixOf: Readonly<Record<FileEncoding, string>> = {
  br: '.br',
  zstd: '.zst',
  gzip: '.gz',
}
