import assert from 'node:assert/strict';
import { isHotnicError } from '../../lib/errors/hotnic-error.js';
import { findDomain, viewDomain } from '../../lib/hypervisor/domain-view.js';
import { undoRun } from '../../lib/operations/recovery/index.js';
import { domainXml, MAC_A, userNic } from '../operations/domains.js';
import { updateOf } from '../operations/updating.js';
import { openWorld } from '../operations/world.js';
import { cutOff } from './cut-off.js';
import { openJournalled } from './journalled.js';

describe('an update that was cut off', function () {
  this.timeout(30_000);

  it('is taken back half by half; a change by another is not overwritten', async () => {
    await using journal = await openJournalled();
    await using world = await openWorld({ domains: [{ xml: domainXml({ nics: [userNic(MAC_A, 1)] }) }] });
    const domain = () => world.daemon.domain('web1');
    const change = (link: 'up' | 'down') => updateOf(world, { changes: { link }, ...journal.recorded });
    const links = () => {
      const down = (xml: string | null) => /<link state=['"]down['"]/.test(xml ?? '');
      return [down(domain().liveXml), down(domain().configXml)];
    };
    await change('down');
    const run = await journal.last();
    await cutOff(journal.state, run, ({ type, step }) => type === 'step-begin' && step === 'update-config');
    assert.equal((await undoRun(journal.options(run, world))).outcome, 'done');
    assert.deepEqual(links(), [false, false]);
    await change('down');
    const second = await journal.last();
    const handle = await findDomain(world.hypervisor.act, 'web1');
    const xml = (await viewDomain(handle)).config?.interfaces[0];
    await handle.updateDeviceFlags(
      `<interface type='user'><mac address='${xml?.mac ?? ''}'/><model type='virtio'/><mtu size='1400'/><address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0'/></interface>`,
      2,
    );
    await assert.rejects(undoRun(journal.options(second, world)), (error) =>
      isHotnicError(error, 'world-moved-on'),
    );
    assert.deepEqual(links(), [true, false]);
  });
});
