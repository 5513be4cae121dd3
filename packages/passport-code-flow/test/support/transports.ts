import { Agent } from 'undici'
import type { CodeFlowOptions } from '../../src/index.js'

/** Each transport of a strategy, by its name and its options, for the tests of a file. */
export function useTransports(): [string, Pick<CodeFlowOptions, 'dispatcher'>][] {
  const dispatcher = new Agent()
  afterAll(() => dispatcher.destroy())
  return [
    ['node:http', {}],
    ['undici', { dispatcher }],
  ]
}
