import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a SASL configuration and a user database into a folder; gives the environment that makes libvirtd use them. */
export async function saslUsers(
  folder: string,
  mechanisms: string,
  users: Readonly<Record<string, string>>,
): Promise<{ SASL_CONF_PATH: string }> {
  const at = join(folder, 'sasl2');
  await mkdir(at, { recursive: true });
  const database = join(folder, 'users.db');
  await writeFile(join(at, 'libvirt.conf'), `mech_list: ${mechanisms}\nsasldb_path: ${database}\n`);
  for (const [name, password] of Object.entries(users)) await addUser(database, name, password);
  return { SASL_CONF_PATH: at };
}

function addUser(database: string, name: string, password: string): Promise<void> {
  const program = process.env['SASLPASSWD2'] ?? 'saslpasswd2';
  const env = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
  return new Promise((resolve, reject) => {
    const args = ['-p', '-c', '-f', database, '-a', 'libvirt', name];
    const child = execFile(program, args, { env, timeout: 10_000 }, (error) => {
      if (error === null) resolve();
      else
        reject(
          new Error('these tests need saslpasswd2: apt-get install sasl2-bin libsasl2-modules', {
            cause: error,
          }),
        );
    });
    child.stdin?.end(`${password}\n`);
  });
}
