import assert from 'node:assert/strict';
import { join } from 'node:path';
import { sshChannel } from '../../lib/channel/index.js';
import type { HotnicError } from '../../lib/errors/hotnic-error.js';
import { gone, rejectsWith } from './asserting.js';
import { startSshd } from './sshd.js';

describe('an account that is not an ordinary one', function () {
  this.timeout(20_000);
  it('with a forced command is named', async () => {
    await using sshd = await startSshd({ config: ['ForceCommand echo only this'] });
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment });
    const run = channel.run(['true']);
    await rejectsWith(run, 'ssh-no-shell');
    await run.catch((error: unknown) => {
      assert.equal((error as HotnicError).details.seen, 'only this');
    });
  });

  it('can become root where sudo lets it, and its commands are killed all the same', async () => {
    await using sshd = await startSshd();
    await using channel = await sshChannel(sshd.endpoint, { environment: sshd.environment, become: 'sudo' });
    assert.equal((await channel.run(['id', '-u'])).stdout, '0\n');
    await rejectsWith(channel.run(['hotnic-no-such-command']), 'command-not-found');
    const lines = await channel.lines(['sh', '-c', 'echo $$; exec sleep 300']);
    let pid = '';
    for await (const line of lines) {
      pid = line.text;
      break;
    }
    await lines.close();
    await gone(pid);
    const file = join(sshd.folder, 'root-file');
    await channel.writeFile(file, 'x');
    assert.equal((await channel.readFile(file)).toString(), 'x');
  });
});
