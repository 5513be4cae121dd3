import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A self-signed certificate for 127.0.0.1, in a folder that is removed later. */
export function makeCertificate(names = 'IP:127.0.0.1,DNS:localhost') {
  const folder = mkdtempSync(path.join(tmpdir(), 'benchmarks-'))
  const key = path.join(folder, 'key.pem')
  const cert = path.join(folder, 'cert.pem')
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const about = ['-subj', '/CN=127.0.0.1', '-addext', `subjectAltName=${names}`, '-days', '2']
  const out = ['-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', ...curve, ...about, ...out], { stdio: 'ignore' })
  return { folder, key, cert }
}
