import { readAddresses } from './addresses.js'
import { examineApp } from './app.js'
import type { Finding } from './finding.js'
import { examineToken, examineUserInfo } from './probes.js'
import { examineAddress } from './reach.js'
import { examineShapes, type DoctorSettings } from './settings.js'

/**
 * Examines a provider's settings, as far as possible without a user. Asks the provider's addresses
 * and, where it is given, the application; no other host.
 */
export async function examine(settings: DoctorSettings): Promise<Finding[]> {
  const { findings, token, userInfo } = readAddresses(settings)
  const shapes = [...findings, ...examineShapes(settings)]
  const address = token ? await examineAddress('the provider', token) : []
  const isReachable = token && !address.some(({ level }) => level === 'wrong')
  return [
    ...shapes,
    ...address,
    ...(isReachable ? await examineToken(token, settings) : []),
    ...(isReachable && userInfo ? await examineUserInfo(userInfo, settings) : []),
    ...(await examineApp(settings)),
  ]
}
