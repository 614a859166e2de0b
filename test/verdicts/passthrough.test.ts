import assert from 'node:assert/strict';
import { parsePciAddress, type PciAddress } from '../../lib/nic/pci-address.js';
import type { Sighting } from '../../lib/nic/sighting.js';
import { functionNic } from '../../lib/planes/host-function-nic.js';
import { functionSuspects, type FunctionFacts } from '../../lib/planes/host-functions.js';
import type { HostFunctions } from '../../lib/hypervisor/pci/index.js';
import { judge, judgeLeftover, type Verdict } from '../../lib/verdicts/index.js';
import { CARD, factsOf, fn, holding, hostOf, pf, pfLink, vf, VF0 } from '../planes/functions.js';
import { caseOf, quietCase } from './scene.js';

function verdictOn(functions: HostFunctions, more: Partial<FunctionFacts> = {}): Verdict {
  const [suspect] = functionSuspects(factsOf(functions, more));
  assert.ok(suspect);
  return judgeLeftover(functionNic(suspect, 0));
}

const words = ({ summary, evidence, cause, next }: Verdict) => [summary, ...evidence, cause, next].join('\n');
const onVfio = fn(CARD, { driver: 'vfio-pci' });

describe('the verdict on a function that did not come back', () => {
  it('names the driver it is on and that nobody has it', () => {
    const verdict = verdictOn(hostOf([onVfio]));
    assert.equal(verdict.kind, 'passthrough-orphan');
    assert.match(verdict.summary, /^0000:02:00\.0 is on vfio-pci and no domain has it$/);
    assert.match(words(verdict), /no process holds it/);
    assert.match(verdict.next ?? '', /ghosts clean/);
  });

  it('does not take silence for nobody: run as somebody else, it says that it does not know', () => {
    const verdict = verdictOn(hostOf([onVfio], [], false));
    assert.match(verdict.summary, /who holds it is not known/);
    assert.match(verdict.next ?? '', /root/);
  });

  it('names the process of a QEMU that libvirt does not know, and how to end it', () => {
    const verdict = verdictOn(hostOf([onVfio], [holding(onVfio)]));
    assert.match(verdict.summary, /held by the QEMU of web, .*\(pid 812, guest web\)/);
    assert.match(verdict.next ?? '', /kill 812/);
  });

  it('tells what a guest has left on a VF, and what libvirt has kept of the time before', () => {
    const saved = { file: 'eth3_vf0', netdev: 'eth3', index: 0, adminMac: null, vlan: 9 };
    const links = new Map([['eth3', pfLink('52:54:00:12:34:56', { vlan: 7, trust: true })]]);
    const verdict = verdictOn(hostOf([pf(), vf(0), vf(1)]), { links, saved: [saved] });
    assert.match(
      verdict.summary,
      /^VF 0 of 0000:01:00\.0, 0000:01:10\.0 .*MAC 52:54:00:12:34:56, VLAN 7, trust/,
    );
    assert.match(words(verdict), /eth3_vf0: MAC none, VLAN 9/);
  });

  it('names the override of a function without a driver, and the VFs in use of a PF', () => {
    const stale = fn(CARD, { driver: null, driverOverride: { state: 'read', driver: 'vfio-pci' } });
    assert.match(verdictOn(hostOf([stale])).summary, /no driver, and is told to take vfio-pci alone/);
    const given = vf(0, { driver: 'vfio-pci' });
    const dpdk = holding(given, { command: 'dpdk', guest: null, namedByLibvirt: false });
    const used = hostOf([pf({ driver: 'vfio-pci' }), given, vf(1)], [dpdk]);
    assert.match(verdictOn(used).summary, new RegExp(`its VFs ${VF0} are in use`));
  });
});

describe('a NIC that is a function of the host', () => {
  const FUNCTION = { hostNetdev: false, hostFunction: VF0 };
  const there = { host: { function: VF0, driver: 'vfio-pci', vfio: true } };
  const functions = (...addresses: string[]) => ({
    leases: [],
    neighbours: [],
    functions: new Set(addresses.map((one) => parsePciAddress(one) as PciAddress)),
  });

  it('is healthy where the host shows it on vfio-pci, and every other plane has it', () => {
    const seen = ['config', 'live', 'host', 'guest-pci', 'guest-net'] as const;
    assert.equal(judge(caseOf({ seen, facts: { live: FUNCTION, ...there } })).kind, 'healthy');
  });

  it('is not healthy while the host was not looked at', () => {
    const seen = ['config', 'live', 'guest-pci', 'guest-net'] as const;
    const unread = { host: 'unreadable' } as const;
    assert.equal(judge(caseOf({ seen, unread, facts: { live: FUNCTION } })).kind, 'unknown');
  });

  it('is an orphan where the machine has lost the function', () => {
    const seen = ['config', 'live', 'guest-pci'] as const;
    const verdict = judge(caseOf({ seen, facts: { live: FUNCTION } }));
    assert.equal(verdict.kind, 'passthrough-orphan');
    assert.match(verdict.summary, /0000:01:10\.0, .*not in this machine any more/);
    assert.match(verdict.evidence.join('\n'), /the guest still lists it/);
  });

  it('is an orphan where the host’s own driver has it', () => {
    const back = { host: { function: VF0, driver: 'igbvf', vfio: false } };
    const seen = ['config', 'live', 'host'] as const;
    const verdict = judge(caseOf({ seen, facts: { live: FUNCTION, ...back } }));
    assert.equal(verdict.kind, 'passthrough-orphan');
    assert.match(verdict.summary, /is on igbvf of the host/);
  });

  it('is an orphan also of a domain that is shut off, once the machine is known not to have it', () => {
    const config: Sighting['facts'] = FUNCTION;
    const off = { active: false, host: functions('02:00.0') };
    const unread = { live: 'absent', host: 'absent', 'guest-pci': 'absent', 'guest-net': 'absent' } as const;
    const scene = { seen: ['config'], unread, facts: { config } } as const;
    assert.equal(judge(caseOf({ ...scene, more: off })).kind, 'passthrough-orphan');
    assert.equal(judge(caseOf({ ...scene, more: { ...off, host: functions(VF0) } })).kind, 'offline');
    assert.equal(judge(caseOf({ ...scene, more: { active: false } })).kind, 'offline', 'nobody has looked');
  });

  it('concerns no other NIC', () => {
    assert.notEqual(judge(quietCase(caseOf({ seen: ['live'] }).nic, [])).kind, 'passthrough-orphan');
  });
});
