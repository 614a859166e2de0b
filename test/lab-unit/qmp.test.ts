import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { openQmp } from '../../lib/lab/hypervisor/qmp.js';

describe("QEMU's monitor of the outer machine", () => {
  let folder: string;
  let server: Server | undefined;
  const path = () => join(folder, 'qmp.sock');
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hotnic-qmp-'));
  });
  afterEach(() => {
    server?.close();
    rmSync(folder, { recursive: true });
  });

  /** A monitor that answers each command with the next of `answers`, in two pieces; null ends the connection. */
  async function listen(answers: readonly (string | null)[]): Promise<void> {
    const left = [...answers];
    const serve = (socket: Socket) => {
      socket.write('{"QMP":{}}\n');
      socket.on('data', () => {
        const answer = left.shift();
        if (answer === null) socket.destroy();
        else if (answer !== undefined) sendInPieces(socket, answer);
      });
      socket.on('error', () => undefined);
    };
    server = createServer(serve).listen(path());
    await once(server, 'listening');
  }

  it('gives what a command returns, events in between passed over, answers in pieces put together', async () => {
    await listen(['{"return":{}}\n', '{"event":"STOP"}\n{"return":[{"name":"rp1"}]}\n']);
    await using qmp = await openQmp(path());
    assert.deepEqual(await qmp.execute('qom-list', { path: '/' }), [{ name: 'rp1' }]);
  });

  it('says what QEMU says of a command it refuses', async () => {
    await listen(['{"return":{}}\n', '{"error":{"class":"GenericError","desc":"Device x not found"}}\n']);
    await using qmp = await openQmp(path());
    await assert.rejects(
      qmp.execute('device_del', { id: 'x' }),
      (error) => isHotnicError(error, 'lab-monitor-refused') && error.details.seen === 'Device x not found',
    );
  });

  it('takes words from the human monitor for a refusal', async () => {
    await listen(['{"return":{}}\n', '{"return":"Error: no snapshot\\r\\n"}\n', '{"return":""}\n']);
    await using qmp = await openQmp(path());
    await assert.rejects(qmp.human('loadvm x'), (error) => isHotnicError(error, 'lab-monitor-refused'));
    await qmp.human('loadvm y');
  });

  it('does not wait for ever, and tells when QEMU ends', async () => {
    await listen(['{"return":{}}\n', '']);
    await using qmp = await openQmp(path(), 100);
    await assert.rejects(qmp.execute('stop'), (error) => isHotnicError(error, 'lab-monitor-timeout'));
    server?.close();
    rmSync(path(), { force: true });
    await listen(['{"return":{}}\n', null]);
    await using second = await openQmp(path());
    await assert.rejects(second.execute('stop'), (error) => isHotnicError(error, 'lab-monitor-closed'));
  });
});

function sendInPieces(socket: Socket, text: string): void {
  const half = Math.floor(text.length / 2);
  socket.write(text.slice(0, half));
  setTimeout(() => socket.write(text.slice(half)), 5);
}
