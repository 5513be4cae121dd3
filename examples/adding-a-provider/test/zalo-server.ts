import { createHash, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from '../../../test/server'

/** The application as the provider knows it. */
export const SHOP = {
  app_id: '4424878354763274341',
  secret_key: 'a secret of the shop',
  redirect_uri: 'http://shop.test/auth/zalo/callback',
}

/** The numbers that this server uses; the real ones are not listed anywhere. */
export const WRONG_CODE = -14003
export const WRONG_SECRET = -14004

const token = () => randomBytes(24).toString('base64url')
const refuse = (error: number, error_name: string) => ({ error, error_name, error_reason: '' })

/** Zalo's two hosts in one: enforces what it says, and shares no line with the strategy. */
export async function startZalo() {
  const challenges = new Map<string, string>()
  const tokens = new Set<string>()

  function permit(query: URLSearchParams): string {
    const code = token()
    challenges.set(code, query.get('code_challenge') ?? '')
    return `${SHOP.redirect_uri}?${new URLSearchParams({ code, state: query.get('state') ?? '' })}`
  }

  function exchange(form: URLSearchParams, headers: IncomingHttpHeaders): object {
    if (headers['secret_key'] !== SHOP.secret_key || form.get('app_id') !== SHOP.app_id)
      return refuse(WRONG_SECRET, 'Invalid secret key')
    const challenge = challenges.get(form.get('code') ?? '')
    challenges.delete(form.get('code') ?? '')
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '')
    if (challenge !== verifier.digest('base64url')) return refuse(WRONG_CODE, 'Invalid code')
    const access_token = token()
    tokens.add(access_token)
    return { access_token, refresh_token: token(), expires_in: '3600' }
  }

  function tell(headers: IncomingHttpHeaders): object {
    if (!zalo.tokensWork || !tokens.has(String(headers['access_token'])))
      return { error: 452, message: 'Session key invalid' }
    return { error: 0, message: 'Success', ...zalo.user }
  }

  const { url, close } = await listen(async (req, res) => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://zalo.test')
    const form = new URLSearchParams(await text(req))
    if (pathname === '/v4/permission') res.writeHead(302, { location: permit(searchParams) })
    const answers: Record<string, () => object> = {
      '/v4/access_token': () => exchange(form, req.headers),
      '/v2.0/me': () => tell(req.headers),
    }
    res.end(JSON.stringify(answers[pathname]?.() ?? {}))
  })
  const zalo = {
    url,
    close,
    user: { id: '3574285018352941', name: 'Nguyễn Thị Hồng', picture: {} as object },
    /** The access tokens that were given. */
    tokens,
    tokensWork: true,
  }
  return zalo
}
