import http from 'node:http'
import type { Duplex } from 'node:stream'
import { Agent, buildConnector } from 'undici'
import type { CodeFlowOptions } from '../../../src/index.js'

/** Connections of a test: how a strategy is given them, and what has become of each. */
export interface Transport {
  isUndici: boolean
  options: Pick<CodeFlowOptions, 'agent' | 'dispatcher'>
  /** The connections that have not been closed. */
  usable(): Duplex[]
  /** True while a request is under way, or a closed connection is still kept. */
  isBusy(): boolean
  destroy(): unknown
}

function openNode(): Transport {
  const opened: Duplex[] = []
  const usable = () => opened.filter((socket) => !socket.destroyed)
  const agent = new http.Agent({ keepAlive: true })
  const { createConnection } = agent
  agent.createConnection = function (...given) {
    const socket = createConnection.apply(this, given)
    if (socket) opened.push(socket)
    return socket
  }
  const isBusy = () =>
    Object.keys({ ...agent.sockets, ...agent.requests }).length > 0 ||
    // one that the provider has just closed stands in the pool until its end is read
    usable().length < Object.values(agent.freeSockets).flat().length
  return { isUndici: false, options: { agent }, usable, isBusy, destroy: () => agent.destroy() }
}

function openUndici(): Transport {
  const opened: Duplex[] = []
  const usable = () => opened.filter((socket) => !socket.destroyed)
  const connector = buildConnector({})
  const connect: buildConnector.connector = (options, give) =>
    connector(options, (...given) => {
      if (given[1]) opened.push(given[1])
      give(...given)
    })
  const dispatcher = new Agent({ connect })
  const isBusy = () =>
    Object.values(dispatcher.stats).some(
      ({ connected, size }) => size > 0 || usable().length < Number(connected),
    )
  const destroy = () => dispatcher.destroy()
  return { isUndici: true, options: { dispatcher }, usable, isBusy, destroy }
}

/** The transports that a strategy knows. */
export const TRANSPORTS: [string, () => Transport][] = [
  ['node:http', openNode],
  ['undici', openUndici],
]
