import assert from 'node:assert/strict';
import { recognisePlatform } from '../../../lib/guest/hardware/platform.js';
import { PLATFORM_FACTS } from '../../../lib/guest/hardware/restrictions.js';
import { MACHINES, machineFacts } from './machines.js';

describe('recognisePlatform', () => {
  for (const { what, source, machine, drivers, id, virtualization } of MACHINES)
    it(`recognises ${what}`, () => {
      const platform = recognisePlatform(machineFacts(machine), drivers);
      assert.deepEqual([platform.id, platform.virtualization], [id, virtualization], source);
      assert.ok(platform.evidence.length > 0);
    });

  it('goes by the drivers where there is no DMI', () => {
    const bare = machineFacts({ hypervisorFlag: true });
    const of = (driver: string) => recognisePlatform(bare, [null, driver]).id;
    assert.deepEqual(['ena', 'gve', 'hv_netvsc', 'vmxnet3'].map(of), [
      'aws',
      'google-cloud',
      'hyper-v',
      'vmware',
    ]);
  });

  it('does not take an ENA in a laptop’s DMI for EC2', () => {
    const facts = machineFacts({ dmi: { sys_vendor: 'LENOVO' } });
    assert.equal(recognisePlatform(facts, ['ena']).id, 'physical');
  });

  it('says that it does not know, rather than guess', () => {
    const unknown = recognisePlatform(
      machineFacts({ hypervisorFlag: true, dmi: { sys_vendor: 'Nobody' } }),
      [],
    );
    assert.deepEqual([unknown.id, unknown.virtualization, unknown.restrictions], ['unknown', 'unknown', []]);
  });

  it('has a public source for every restriction', () => {
    for (const { restrictions } of Object.values(PLATFORM_FACTS))
      for (const { source } of restrictions) assert.match(source, /^https:\/\/[a-z.]+\.[a-z]+\//);
  });
});
