/** The value below which the share `q` of the values lies; NaN without values. */
export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
}

/** The median: the middle value, or the mean of the two middle values. */
export function median(values) {
  const sorted = Float64Array.from(values).sort()
  const half = sorted.length / 2
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2
}

/** Median, smallest and largest value. */
export function spread(values) {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) }
}

/** The median of the ratios of the rounds. A disturbance of a round changes both of its values. */
export function ratio(values, baseline) {
  return median(values.map((value, round) => value / baseline[round]))
}
