/** `1,234,567`. */
export const formatCount = (value: number): string => value.toLocaleString('en-US')

/** `1.2M`: for where there is no room; the exact number belongs into a title. */
export function formatShort(value: number): string {
  if (value < 10_000) return formatCount(Math.round(value * 10) / 10)
  const [scale, unit] = value < 1e6 ? [1e3, 'k'] : value < 1e9 ? [1e6, 'M'] : [1e9, 'G']
  const scaled = value / scale
  return `${scaled < 100 ? scaled.toFixed(1).replace(/\.0$/, '') : Math.round(scaled)}${unit}`
}

/** `3.4 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  let unit = 0
  let value = bytes
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000
    unit++
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** `12.3 %`. */
export const formatShare = (part: number, whole: number): string =>
  whole === 0 ? '0 %' : `${((100 * part) / whole).toFixed(part * 10 < whole ? 1 : 0)} %`

/** Beyond it a percentage says less than a factor. */
const percentMax = 200

/** `+38 %`, `−5 %`, `×12`; null: there is nothing to compare with, or nothing is left. */
export function formatChange(now: number, before: number): string | null {
  if (before === 0 || now === 0) return null
  const factor = now / before
  const percent = Math.round(100 * (factor - 1))
  if (percent >= percentMax) return `×${formatShort(factor < 10 ? factor : Math.round(factor))}`
  if (percent <= -100) return '−99 %'
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent)} %`
}
