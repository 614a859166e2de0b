import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'node-libvirt';
import { hotnic, type Ended } from '../support/hotnic.js';
import { entryOf, inGuest, libvirt } from '../support/lab.js';
import { definitions } from '../support/state.js';

// A login of the guest whose shell answers everything with what `script` prints.
const ADD_LOGIN = `
  printf '#!/bin/sh\\n%s\\n' "$2" > "/usr/bin/shell-$1" && chmod 755 "/usr/bin/shell-$1"
  grep -q "^$1:" /etc/passwd || echo "$1:x:0:0::/root:/usr/bin/shell-$1" >> /etc/passwd
  grep -q "^$1:" /etc/shadow || echo "$1:*:19000:0:99999:7:::" >> /etc/shadow
`;

describe('a guest that cannot be asked, or answers with nonsense', function () {
  this.timeout(120_000);
  const domain = 'lab-q35';
  let connection: Connection;
  let folder: string;

  before(async () => {
    connection = await libvirt();
    folder = await mkdtemp(join(tmpdir(), 'hotnic-hostile-'));
  });
  after(async () => {
    await connection.close();
    await rm(folder, { recursive: true });
  });

  /** Tries to attach, which has to fail with that text and a next step, and change nothing. */
  async function refuses(text: RegExp, ...options: string[]): Promise<Ended> {
    const before = await definitions(connection, domain);
    const ended = await hotnic('attach', domain, '--network', 'default', ...options);
    assert.ok(ended.code === 1 || ended.code === 2, `${ended.code ?? 'killed'}: ${ended.stderr}`);
    assert.match(ended.stderr, text);
    assert.equal(ended.stdout, '');
    assert.deepEqual(await definitions(connection, domain), before);
    return ended;
  }

  const { ssh, identity, knownHosts } = entryOf(domain);
  const port = ssh.split(':')[1] ?? '';

  it('refused: nobody listens there', async () => {
    await refuses(/next: /, '--ssh', 'root@127.0.0.1:9');
  });

  it('host key unknown: it is not accepted, and the command that would accept it is named', async () => {
    await writeFile(join(folder, 'empty'), '');
    const { stderr } = await refuses(
      /host key/i,
      '--ssh',
      `root@127.0.0.1:${port}`,
      '--identity',
      identity,
      '--known-hosts',
      join(folder, 'empty'),
    );
    assert.match(stderr, /SHA256:/);
    assert.match(stderr, /next: /);
  });

  it('host key changed: said so, with the line of the file', async () => {
    const other = (await readFile(`${identity}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
    await writeFile(join(folder, 'changed'), `[127.0.0.1]:${port} ${other}\n`);
    await refuses(
      /changed/i,
      '--ssh',
      `root@127.0.0.1:${port}`,
      '--identity',
      identity,
      '--known-hosts',
      join(folder, 'changed'),
    );
  });

  it('authentication failed: says what was tried', async () => {
    await refuses(
      /next: /,
      '--ssh',
      `nobody-here@127.0.0.1:${port}`,
      '--identity',
      identity,
      '--known-hosts',
      knownHosts,
    );
  });

  it('an answer without end is cut off', async () => {
    await inGuest(domain, 'sh', '-c', ADD_LOGIN, 'sh', 'endless', 'exec yes "no end to this"');
    await refuses(
      /./,
      '--ssh',
      `endless@127.0.0.1:${port}`,
      '--identity',
      identity,
      '--known-hosts',
      knownHosts,
    );
  });

  it('terminal escapes in an answer do not reach the terminal', async () => {
    await inGuest(
      domain,
      'sh',
      '-c',
      ADD_LOGIN,
      'sh',
      'escaping',
      String.raw`printf '\033]0;owned\007\033[2Jhello\n'; printf '\033[31mred\n' >&2; exit 3`,
    );
    const { stderr } = await refuses(
      /./,
      '--ssh',
      `escaping@127.0.0.1:${port}`,
      '--identity',
      identity,
      '--known-hosts',
      knownHosts,
    );
    assert.equal(stderr.includes('\u001b'), false, JSON.stringify(stderr));
  });
});
