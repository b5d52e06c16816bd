export interface SparklineProps {
  readonly counts: readonly number[]
  /** What it shows, for screen readers: `orders by minute`. */
  readonly label: string
  /** A custom property of the style sheets: `--accent`, `--level-error`. */
  readonly color?: string
  readonly width?: number
  readonly height?: number
}

/** A small chart of counts in a line of text. */
export function Sparkline({
  counts,
  label,
  color = '--accent',
  width = 96,
  height = 20,
}: SparklineProps) {
  const greatest = Math.max(1, ...counts)
  const bar = width / Math.max(1, counts.length)
  const gap = bar > 3 ? 1 : 0
  const path = counts
    .map((count, index) => {
      if (count === 0) return ''
      const tall = Math.max(1.5, (count / greatest) * height)
      const x = (index * bar).toFixed(2)
      return `M${x} ${height}V${(height - tall).toFixed(2)}h${(bar - gap).toFixed(2)}V${height}Z`
    })
    .join('')
  return (
    <svg
      class="sparkline"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`${label}: at most ${greatest}`}
      style={{ color: `var(${color})` }}
      preserveAspectRatio="none"
    >
      <path d={path} />
    </svg>
  )
}
