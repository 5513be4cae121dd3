import { listen } from '../../../../test/server'
import type { ZaloPaySimulator } from '../../../passport-provider-simulators/src/index'

/** A server, of another origin than the shop, whose SDK behaves as the test wants. */
export interface FakeSdk {
  sdkURL: string
  /** What `getOauthV1Code(query)` returns, as JavaScript; undefined for a script without an SDK. */
  answer: string | undefined
  /** `generateCodeChallenge(verifier)`, as a function in JavaScript; undefined for none. */
  generate: string | undefined
  /** `missing`: the script is not there. `silent`: it never comes. Default `served`. */
  script: 'served' | 'missing' | 'silent'
  /** `whole`: the script defines the SDK a moment later. `member`: its functions. Default `none`. */
  delay: 'none' | 'whole' | 'member'
  close(): Promise<void>
}

/** An SDK that gives a code. */
export const SUCCESS = 'issue(query).then((code) => ({ data: { code } }))'

/** In the page, the fake SDKs have `issue(query)`: a promise of a code that ZaloPay will accept. */
export async function openFakeSdk(simulator: ZaloPaySimulator): Promise<FakeSdk> {
  const { url: origin, close } = await listen((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost')
    res.setHeader('Access-Control-Allow-Origin', '*')
    if (url.pathname === '/code') {
      const codeChallenge = url.searchParams.get('challenge') ?? ''
      return res.end(simulator.issueCode({ codeChallenge }))
    }
    if (fake.script === 'silent') return undefined
    if (fake.script === 'missing') return res.writeHead(404).end()
    res.setHeader('Content-Type', 'text/javascript')
    const sdk = script(fake.answer, fake.generate)
    const early = fake.delay === 'member' ? 'window.zlpSdk = {};' : ''
    return res.end(fake.delay === 'none' ? sdk : `${early} ${later(sdk)}`)
  })
  const none = { answer: undefined, generate: undefined }
  const usual = { script: 'served', delay: 'none' } as const
  const fake: FakeSdk = { sdkURL: `${origin}/sdk.js`, ...none, ...usual, close }
  return fake
}

/** A script that does the same 300 ms later. */
function later(sdk: string): string {
  const code = sdk.replace('document.currentScript.src', 'source')
  return `{ const source = document.currentScript.src; setTimeout(() => {${code}}, 300) }`
}

function script(answer: string | undefined, generate: string | undefined): string {
  if (answer === undefined) return 'window.somethingElse = {}'
  return `
    const site = new URL(document.currentScript.src).origin
    const issue = async ({ codeChallenge }) =>
      (await fetch(site + '/code?challenge=' + codeChallenge)).text()
    window.zlpSdk = { User: { ${generate ? `generateCodeChallenge: ${generate},` : ''} getOauthV1Code(query) {
      const { appId, codeChallenge, ...more } = query
      if (typeof appId !== 'number' || typeof codeChallenge !== 'string' || Object.keys(more).length)
        return Promise.reject({ errorCode: '030502' })
      return (${answer})
    } } }`
}
