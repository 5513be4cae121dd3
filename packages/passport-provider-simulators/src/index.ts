export type { CannedAnswer, Fault, FaultName, RedirectFault } from './faults.js'
export type { Endpoint, Parameters, RecordedRequest, Visit } from './http.js'
export type {
  MonPayBehaviour,
  MonPayOptions,
  MonPaySimulator,
  MonPayUser,
} from './monpay/options.js'
export { startMonPay } from './monpay/server.js'
export type { CommonOptions, FaultPlace, Simulator } from './simulator.js'
export type {
  SngineBehaviour,
  SngineOptions,
  SngineSimulator,
  SngineUser,
} from './sngine/options.js'
export { startSngine } from './sngine/server.js'
export type {
  ZaloPayBehaviour,
  ZaloPayCodeRequest,
  ZaloPayOptions,
  ZaloPayScope,
  ZaloPaySimulator,
  ZaloPayUser,
} from './zalopay/options.js'
export { startZaloPay } from './zalopay/server.js'
