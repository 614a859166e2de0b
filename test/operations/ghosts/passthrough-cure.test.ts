import assert from 'node:assert/strict';
import { actNamed } from '../../../lib/operations/acts/index.js';
import { passthroughOrphanCure } from '../../../lib/operations/ghosts/remedies/passthrough-orphan.js';
import type { Cure } from '../../../lib/operations/ghosts/remedy.js';
import { functionNic } from '../../../lib/planes/host-function-nic.js';
import { functionSuspects, type FunctionFacts } from '../../../lib/planes/host-functions.js';
import type { HostFunctions } from '../../../lib/hypervisor/pci/index.js';
import { judgeLeftover } from '../../../lib/verdicts/index.js';
import { parseMac } from '../../../lib/nic/mac-address.js';
import { CARD, factsOf, fn, holding, hostOf, pf, PF, pfLink, vf, VF0 } from '../../planes/functions.js';

const HOST = { evidence: null, state: 'read', leftovers: [] } as const;

function cureOn(functions: HostFunctions, more: Partial<FunctionFacts> = {}): Cure {
  const [suspect] = functionSuspects(factsOf(functions, more));
  assert.ok(suspect);
  const nic = functionNic(suspect, 0);
  return passthroughOrphanCure({ domain: null, nic, verdict: judgeLeftover(nic) }, null, HOST);
}

const acts = ({ remedies }: Cure) => remedies.map(({ acts: all }) => all.map(({ act }) => act));
const onVfio = fn(CARD, { driver: 'vfio-pci' });
const stuckVf = [pf(), vf(0, { driver: 'vfio-pci', resetMethods: ['flr'] }), vf(1)];
const links = new Map([['eth3', pfLink('52:54:00:12:34:56', { trust: true })]]);
const saved = {
  file: 'eth3_vf0',
  netdev: 'eth3',
  index: 0,
  adminMac: parseMac('9a:00:00:00:00:02'),
  vlan: 7,
};

describe('the cure of a function that did not come back', () => {
  it('gives it back to its driver; reset first where a reset of it alone is sure', () => {
    assert.deepEqual(acts(cureOn(hostOf([onVfio]))), [
      ['function-reattach'],
      ['function-reset', 'function-reattach'],
    ]);
    assert.deepEqual(acts(cureOn(hostOf(stuckVf)))[0], ['function-reset', 'function-reattach']);
    const shared = fn(CARD, { driver: 'vfio-pci', resetMethods: ['bus'] });
    assert.deepEqual(acts(cureOn(hostOf([shared]))), [['function-reattach']]);
  });

  it('gives one without a driver back to its driver', () => {
    const stale = fn(CARD, { driver: null, driverOverride: { state: 'read', driver: 'vfio-pci' } });
    assert.deepEqual(acts(cureOn(hostOf([stale]))), [['function-reattach']]);
  });

  it('gives a VF what libvirt has kept of it, and drops what it has kept', () => {
    const [remedy] = cureOn(hostOf([pf(), vf(0), vf(1)]), { links, saved: [saved] }).remedies;
    const settings = { mac: '9a:00:00:00:00:02', vlan: 7 };
    assert.deepEqual(remedy?.acts, [
      { act: 'vf-set', input: { vf: VF0, pf: PF, index: 0, settings } },
      { act: 'saved-vf-drop', input: { file: 'eth3_vf0' } },
    ]);
  });

  it('binds the driver of a VF anew whose netdev has taken over the guest’s MAC', () => {
    const mac = parseMac('52:54:00:12:34:56');
    const netdev = {
      name: 'eth4',
      mac,
      up: false,
      carrier: null,
      mtu: 1500,
      master: null,
      addresses: [],
    };
    assert.deepEqual(acts(cureOn(hostOf([pf(), vf(0, { netdevs: [netdev] }), vf(1)]), { links })), [
      ['function-detach', 'vf-set', 'function-reattach'],
    ]);
  });

  it('takes MAC, VLAN and trust off a VF of which nothing was kept', () => {
    const [remedy] = cureOn(hostOf([pf(), vf(0), vf(1)]), { links }).remedies;
    const settings = { mac: null, vlan: null, trust: false };
    assert.deepEqual(remedy?.acts, [{ act: 'vf-set', input: { vf: VF0, pf: PF, index: 0, settings } }]);
  });

  it('does both to a VF that is on vfio-pci with what a guest has left', () => {
    const cure = cureOn(hostOf(stuckVf), { links, saved: [saved] });
    assert.deepEqual(acts(cure)[0], ['function-reset', 'vf-set', 'function-reattach', 'saved-vf-drop']);
  });

  it('consists of acts that take its input', () => {
    const cures = [
      cureOn(hostOf([onVfio])),
      cureOn(hostOf(stuckVf), { links, saved: [saved] }),
      cureOn(hostOf([pf(), vf(0), vf(1)]), { links }),
    ];
    for (const { act, input } of cures.flatMap(({ remedies }) => remedies.flatMap((one) => one.acts))) {
      const checked = actNamed(act)?.input.safeParse(input);
      assert.ok(checked?.success === true, `${act}: ${checked?.error?.message ?? 'unknown'}`);
    }
  });

  it('is the operator’s where a process holds it, or may hold it, or its VFs are in use', () => {
    const held = cureOn(hostOf([onVfio], [holding(onVfio)]));
    assert.deepEqual(held.remedies, []);
    assert.match(held.byHand[0] ?? '', /qemu-system-x86 \(pid 812, guest web\) holds .*kill 812/);
    const unknown = cureOn(hostOf([onVfio], [], false));
    assert.deepEqual(unknown.remedies, []);
    assert.match(unknown.byHand[0] ?? '', /root/);
    const given = vf(0, { driver: 'vfio-pci' });
    const dpdk = holding(given, { guest: null, namedByLibvirt: false });
    const under = cureOn(hostOf([pf({ driver: 'vfio-pci' }), given, vf(1)], [dpdk]));
    assert.deepEqual(under.remedies, []);
  });
});
