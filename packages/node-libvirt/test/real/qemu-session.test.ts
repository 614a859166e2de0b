import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  AffectFlags,
  type Connection,
  connect,
  type Domain,
  DomainMetadataType,
  DomainXMLFlags,
  ErrorCode,
  isDeviceMissing,
  isOperationInvalid,
} from '../../src/index.js';
import { mac, nic, q35 } from '../support/domain-xml.js';
import { type RealDaemon, startRealDaemon } from '../support/real-daemon.js';

const { LIVE, CONFIG } = AffectFlags;

describe('libvirt’s own daemon, qemu:///session, a guest without operating system', function () {
  this.timeout(20_000);
  let daemon: RealDaemon;
  let connection: Connection;
  let domain: Domain;
  before(async () => {
    daemon = await startRealDaemon();
    connection = await connect(daemon.uri('qemu', 'session'));
    domain = await connection.domainDefineXML(q35('stuck', { nics: [nic(1), nic(2)] }));
    await domain.create();
  });
  after(async () => {
    await domain.destroy().catch(() => undefined);
    await connection.close();
    await daemon.stop();
  });

  it('says that a detach went well after 5 s, with the NIC still there; a second connection is not held up', async () => {
    const observer = await connect(daemon.uri('qemu', 'session'));
    const started = performance.now();
    const detach = domain.detachDeviceFlags(nic(1), LIVE).then(() => performance.now() - started);
    const seen = await observer.domainLookupByName('stuck');
    const readAt = performance.now();
    await seen.getXMLDesc();
    assert.ok(performance.now() - readAt < 1000, 'reading goes on meanwhile');
    const took = await detach;
    assert.ok(took > 4900 && took < 15_000, `the detach took ${took} ms`);
    assert.match(await domain.getXMLDesc(), new RegExp(mac(1)));
    await observer.close();
  });

  it('returns from a detach by alias at once; a reset lets go and DEVICE_REMOVED follows', async () => {
    const events = new EventTarget();
    const removed: string[] = [];
    await using subscription = await connection.onDomainEvent(
      'device-removed',
      ({ alias }) => {
        removed.push(alias);
        if (removed.length === 2) events.dispatchEvent(new Event('both'));
      },
      { of: domain },
    );
    const started = performance.now();
    await domain.detachDeviceAlias('net1', LIVE);
    assert.ok(performance.now() - started < 1000);
    assert.match(await domain.getXMLDesc(), new RegExp(mac(2)));
    const both = once(events, 'both', { signal: AbortSignal.timeout(5000) });
    await domain.reset();
    await both;
    assert.deepEqual(removed.sort(), ['net0', 'net1']);
    assert.doesNotMatch(await domain.getXMLDesc(), new RegExp(`${mac(1)}|${mac(2)}`));
    assert.match(await domain.getXMLDesc(DomainXMLFlags.INACTIVE), new RegExp(mac(1)));
    await subscription.close();
  });

  it('passes events of QEMU’s monitor on, those that are asked for', async () => {
    await using resets = domain.monitorEvents({ event: 'RESET' });
    await using all = domain.monitorEvents({ event: '^(res|sto)', regex: true, ignoreCase: true });
    await using reboots = domain.events('reboot');
    await Promise.all([resets.ready, all.ready, reboots.ready]);
    await domain.suspend();
    await domain.resume();
    await domain.reset();
    const { value: reset } = await resets.next();
    assert.equal(reset?.event, 'RESET');
    assert.equal(reset.domain.name, 'stuck');
    assert.ok(typeof reset.seconds === 'bigint' && reset.details !== null);
    const { value: reboot } = await reboots.next();
    assert.equal(reboot?.domain.uuid, domain.uuid);
    assert.equal((await all.next()).value?.event, 'STOP');
  });

  it('attaches a NIC, says so with an event, and gives it a port', async () => {
    const added = new Promise<string>((resolve) => {
      void connection.onDomainEvent('device-added', ({ alias }) => {
        resolve(alias);
      });
    });
    await domain.attachDeviceFlags(nic(3, "<alias name='ua-third'/>"), LIVE);
    assert.equal(await added, 'ua-third');
    assert.match(
      await domain.getXMLDesc(),
      new RegExp(`${mac(3)}[^]*<alias name='ua-third'/>[^]*type='pci'`),
    );
  });

  it('reports a missing device with its own code, except by alias', async () => {
    await assert.rejects(domain.detachDeviceFlags(nic(99), LIVE), (error) => isDeviceMissing(error));
    await assert.rejects(domain.detachDeviceAlias('net99', LIVE), { code: ErrorCode.INTERNAL_ERROR });
  });

  it('keeps metadata under its namespace', async () => {
    const { ELEMENT } = DomainMetadataType;
    await domain.setMetadata(ELEMENT, '<endpoint host="h"/>', 'k', 'urn:test', LIVE | CONFIG);
    assert.equal(await domain.getMetadata(ELEMENT, 'urn:test', CONFIG), '<endpoint host="h"/>');
  });

  it('passes monitor commands on', async () => {
    const answer = JSON.parse(await domain.qemuMonitorCommand('{"execute":"query-status"}')) as {
      return: { status: string };
    };
    assert.equal(answer.return.status, 'running');
    assert.match(
      await domain.qemuMonitorCommand('info network', { hmp: true }),
      /type=nic,model=virtio-net-pci/,
    );
    const unknown = await domain.qemuMonitorCommand('{"execute":"no-such-command"}');
    assert.match(unknown, /"class":"CommandNotFound"/, 'QEMU’s own refusal is an answer');
  });

  it('says nothing to the monitor command of a reader, nor to one of a domain that does not run', async () => {
    const reader = await connect(daemon.uri('qemu', 'session'), { readOnly: true });
    const seen = await reader.domainLookupByName('stuck');
    await assert.rejects(seen.qemuMonitorCommand('info network', { hmp: true }), {
      code: ErrorCode.OPERATION_DENIED,
    });
    await reader.close();
    const quiet = await connection.domainDefineXML(q35('quiet'));
    await assert.rejects(quiet.qemuMonitorCommand('info network', { hmp: true }), (error) =>
      isOperationInvalid(error),
    );
    await quiet.undefineFlags();
  });

  it('refuses a live change of a domain that does not run, and any change by a reader', async () => {
    const off = await connection.domainDefineXML(q35('off'));
    await assert.rejects(off.attachDeviceFlags(nic(4), LIVE), (error) => isOperationInvalid(error));
    const reader = await connect(daemon.uri('qemu', 'session'), { readOnly: true });
    const seen = await reader.domainLookupByName('off');
    await assert.rejects(seen.undefineFlags(), { code: ErrorCode.OPERATION_DENIED });
    await reader.close();
    await off.undefineFlags();
  });
});
