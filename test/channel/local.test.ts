import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localChannel } from '../../lib/channel/index.js';
import { rejectsWith } from './asserting.js';
import { describeContract } from './contract.js';

describe('localChannel', () => {
  describeContract(() => Promise.resolve(localChannel()));

  it('is called "this machine"', () => {
    assert.equal(localChannel().label, 'this machine');
  });

  it('gives commands the environment it is told', async () => {
    await using channel = localChannel({ env: { PATH: '/usr/bin:/bin', HOTNIC_TEST: 'yes' } });
    assert.equal((await channel.run(['sh', '-c', 'echo $HOTNIC_TEST'])).stdout, 'yes\n');
  });

  it('says when a command cannot be started', async () => {
    await using channel = localChannel();
    await rejectsWith(channel.run([tmpdir()]), 'command-not-started');
  });

  it('does not hang on a FIFO', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hotnic-fifo-'));
    execFileSync('mkfifo', [join(folder, 'fifo')]);
    await using channel = localChannel();
    assert.equal((await channel.readFile(join(folder, 'fifo'), { timeoutMs: 2000 })).length, 0);
    rmSync(folder, { recursive: true });
  });
});

describe('lib/channel', () => {
  it('does not load ssh2 until SSH is used', () => {
    const script = `
      await import(${JSON.stringify(new URL('../../lib/channel/index.ts', import.meta.url).href)});
      const { createRequire } = await import('node:module');
      const cache = Object.keys(createRequire(import.meta.url).cache ?? {});
      console.log(cache.filter((name) => name.includes('/ssh2/')).length);`;
    const out = execFileSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
    assert.equal(out.toString().trim(), '0');
  }).timeout(20_000);
});
