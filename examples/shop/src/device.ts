const BROWSERS: [RegExp, string][] = [
  [/ZaloPay/i, 'ZaloPay'],
  [/MonPay/i, 'MonPay'],
  [/Edg\//, 'Edge'],
  [/OPR\//, 'Opera'],
  [/SamsungBrowser\//, 'Samsung Internet'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Safari\//, 'Safari'],
]

const SYSTEMS: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad|iPod/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

/** A browser in few words for its owner to recognise, such as `Chrome, Android`. */
export function describeDevice(userAgent: string | undefined): string {
  const agent = userAgent ?? ''
  const first = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(agent))?.[1]
  const words = [first(BROWSERS), first(SYSTEMS)].filter((word) => word !== undefined)
  return words.length > 0 ? words.join(', ') : '?'
}
