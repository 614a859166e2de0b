import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** A certificate authority in a folder, made with openssl. */
export interface Authority {
  /** The CA's own certificate. */
  readonly certificate: string;
  /** Issues a certificate with its key as NAME.pem and NAME.key; `days` of -1 gives one that has expired. */
  issue(name: string, options?: { days?: number; altNames?: string }): Promise<{ cert: string; key: string }>;
  /** A folder as `pkipath` names one: the CA, and a client certificate where one is given. */
  pki(name: string, client?: { cert: string; key: string }): Promise<string>;
}

/** Makes a certificate authority. Needs openssl. */
export async function makeAuthority(folder: string): Promise<Authority> {
  await mkdir(folder, { recursive: true });
  const at = (name: string): string => join(folder, name);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const openssl = async (...args: string[]): Promise<void> => {
    await exec('openssl', args, { timeout: 20_000 });
  };
  await openssl(
    ...['req', '-x509', ...curve, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-subj', '/CN=test CA'],
    ...['-days', '2', '-addext', 'keyUsage=critical,keyCertSign,cRLSign'],
  );
  return {
    certificate: at('ca.pem'),
    async issue(name, { days = 2, altNames = 'DNS:localhost,IP:127.0.0.1' } = {}) {
      const [cert, key] = [at(`${name}.pem`), at(`${name}.key`)];
      await openssl(...['req', '-new', ...curve, '-keyout', key, '-out', at('csr'), '-subj', `/CN=${name}`]);
      const usage = 'keyUsage=critical,digitalSignature,keyEncipherment';
      const purpose = 'extendedKeyUsage=serverAuth,clientAuth';
      await writeFile(
        at('ext'),
        `${usage}\n${purpose}\nsubjectAltName=${altNames}\nbasicConstraints=CA:FALSE\n`,
      );
      const ca = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('ext')];
      await openssl(...['x509', '-req', '-in', at('csr'), '-out', cert, '-days', String(days), ...ca]);
      return { cert, key };
    },
    async pki(name, client) {
      const pki = at(name);
      await mkdir(pki, { recursive: true });
      const copy = (from: string, to: string): Promise<unknown> => exec('cp', [from, join(pki, to)]);
      await copy(at('ca.pem'), 'cacert.pem');
      if (client !== undefined) {
        await Promise.all([copy(client.cert, 'clientcert.pem'), copy(client.key, 'clientkey.pem')]);
      }
      return pki;
    },
  };
}
