/** The value below which the share `q` of the values lies; NaN without values. */
export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

/** The middle value; between the two middle ones where there are two. */
export function median(values) {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length / 2
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2
}

/** Median, smallest and largest value. */
export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** The median of the rounds' own ratios: what disturbs a round disturbs both sides of it. */
export function ratio(values, baseline) {
  return median(values.map((value, round) => value / baseline[round]))
}
