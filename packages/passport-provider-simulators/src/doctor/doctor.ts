import { examineApp } from './app.js'
import type { Finding } from './finding.js'
import { probes } from './probes.js'
import { examineAddress } from './reach.js'
import { examineShapes, type DoctorSettings } from './settings.js'

/**
 * Examines a provider's settings as far as that goes without a user. Asks the base URL and, where
 * it is given, the application; no other host.
 */
export async function examine(settings: DoctorSettings): Promise<Finding[]> {
  const shapes = examineShapes(settings)
  const { baseURL = '', provider } = settings
  const usable = !shapes.some(({ level, what }) => level === 'wrong' && what.includes('base URL'))
  if (!usable) return [...shapes, ...(await examineApp(settings))]
  const address = await examineAddress('the provider', new URL(baseURL))
  const reachable = !address.some(({ level }) => level === 'wrong')
  const probed = reachable ? await probes[provider](baseURL.replace(/\/+$/, ''), settings) : []
  return [...shapes, ...address, ...probed, ...(await examineApp(settings))]
}
