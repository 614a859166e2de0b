import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type Connection } from 'node-libvirt';
import { agentChannel } from '../../../lib/channel/index.js';
import { agentOf } from '../../../lib/hypervisor/agent.js';
import { findDomain } from '../../../lib/hypervisor/domain-view.js';
import { hotnic } from '../support/hotnic.js';
import { entryOf, inGuest, LAB, labAddGuest, labRemoveGuest } from '../support/lab.js';
import { attached, verdictOf } from '../support/nic.js';

interface Nic {
  readonly name: string;
  readonly mac: string;
  readonly driver: string;
  readonly device: string;
  readonly bus: string;
  readonly rings: { readonly now: Record<string, number> } | null;
  readonly link: { readonly why: readonly string[] };
  readonly naming: { readonly rule: string };
  readonly owner: { readonly systems: readonly string[]; readonly evidence: readonly string[] };
}

interface Inspection {
  readonly reachedBy: string;
  readonly platform: { readonly id: string };
  readonly nics: readonly Nic[];
  readonly limits: readonly string[];
  readonly tookMs: number;
}

/** `hotnic guest inspect`, which must succeed. */
async function inspect(...words: string[]): Promise<Inspection> {
  const { code, json, stderr } = await hotnic('guest', 'inspect', ...words, '--json', '--timeout', '60');
  assert.equal(code, 0, stderr);
  return json as unknown as Inspection;
}

describe('looking at a guest', function () {
  this.timeout(300_000);
  const domain = 'lab-q35';

  describe('with a NIC that was plugged in', () => {
    let mac: string;
    let name: string;
    before(async () => {
      ({ mac, guestName: name } = await attached(domain));
      await inGuest(domain, 'ip', 'link', 'set', name, 'up');
    });
    after(() => hotnic('detach', domain, mac, '--timeout', '60'));

    it('shows driver, rings, name and who configures it', async () => {
      const { nics, platform } = await inspect(domain);
      assert.equal(platform.id, 'kvm');
      const nic = nics.find((one) => one.mac === mac);
      assert.ok(nic);
      assert.deepEqual(
        [nic.name, nic.driver, nic.bus, nic.rings?.now['rx']],
        [name, 'virtio_net', 'virtio', 256],
      );
      assert.match(nic.naming.rule, /99-default\.link: ID_NET_NAME_/);
      assert.match(nic.link.why.join(), /virtio link has no speed of its own/);
      assert.deepEqual(nic.owner.systems, []);
    });

    it('names the rule of udev and the file that claim it, once there are some', async () => {
      const rule = `SUBSYSTEM=="net", ACTION=="add", ATTR{address}=="${mac}", NAME="${name}"`;
      const write =
        'mkdir -p /etc/network && echo "$1" >/etc/udev/rules.d/70-persistent-net.rules && echo "iface $2 inet dhcp" >/etc/network/interfaces';
      await inGuest(domain, 'sh', '-c', write, 'sh', rule, name);
      try {
        const nic = (await inspect(domain)).nics.find((one) => one.mac === mac);
        assert.match(nic?.naming.rule ?? '', /70-persistent-net\.rules:1 gives this name/);
        assert.deepEqual(nic?.owner.systems, ['ifupdown']);
      } finally {
        await inGuest(domain, 'rm', '/etc/udev/rules.d/70-persistent-net.rules', '/etc/network/interfaces');
      }
    });

    it('is ready to let it go, and names who holds a socket on it', async () => {
      const free = await hotnic('guest', 'check', domain, '--nic', name, '--timeout', '60');
      assert.equal(free.code, 0, free.stdout + free.stderr);
      // A packet socket that receives nothing: it is bound to the NIC as long as the process lives.
      const hold = 'nohup tcpdump -Z root -p -n -i "$1" udp port 9 >/dev/null 2>&1 & echo $!; sleep 1';
      const pid = await inGuest(domain, 'sh', '-c', hold, 'sh', name);
      const held = await hotnic('guest', 'check', domain, '--nic', mac, '--timeout', '60');
      await inGuest(domain, 'kill', pid);
      assert.match(held.stdout, new RegExp(`sockets on ${name}: tcpdump \\(\\d+\\): packet`));
    });

    it('sees the same through the guest agent, and judges the NIC healthy by it', async () => {
      const [bySsh, byAgent] = [await inspect(domain), await inspect(domain, '--guest-channel', 'agent')];
      assert.equal(byAgent.reachedBy, `the guest agent of ${domain}`);
      const shown = ({ nics }: Inspection) => nics.map((nic) => [nic.name, nic.mac, nic.driver, nic.rings]);
      assert.deepEqual(shown(byAgent), shown(bySsh));
      const { json } = await hotnic('list', domain, '--guest-channel', 'agent', '--json');
      const { domains } = json as {
        domains: { nics: { nic: { mac: string }; verdict: { kind: string } }[] }[];
      };
      assert.equal(domains[0]?.nics.find(({ nic }) => nic.mac === mac)?.verdict.kind, 'healthy');
    });
  });

  it('refuses to let go of the NIC that carries its own session', async () => {
    const { nics } = await inspect(domain);
    const check = await hotnic('guest', 'check', domain, '--nic', nics[0]?.name ?? '', '--timeout', '60');
    assert.equal(check.code, 1);
    assert.match(check.stdout, /this session runs over/);
  });

  it('is ready for a NIC to come, on every machine', async () => {
    for (const [guest, kind] of [
      ['lab-q35', 'acpi'],
      ['lab-q35-native', 'native'],
      ['lab-i440fx', 'acpi'],
    ] as const) {
      const { code, json, stderr } = await hotnic('guest', 'check', guest, '--json', '--timeout', '60');
      assert.deepEqual(
        [code, json['ready'], json['kind']],
        [0, true, kind],
        stderr + JSON.stringify(json['findings']),
      );
    }
  });

  it('is not ready where the guest has no hot-plug driver', async () => {
    const name = 'no-hotplug';
    await labAddGuest(LAB, { name, machine: 'i440fx', kernelArgs: ['acpiphp.disable=1'] });
    try {
      const { code, stdout } = await hotnic('guest', 'check', name, '--timeout', '60');
      assert.equal(code, 1);
      assert.match(
        stdout,
        /FAIL {2}hot-plug: no hot-plug driver .*\n +why: the guest was booted with acpiphp\.disable=1/,
      );
    } finally {
      await labRemoveGuest(LAB, name);
    }
  });

  it('reaches a machine by SSH alone, without any libvirt', async () => {
    const { ssh, identity, knownHosts } = entryOf(domain);
    const words = ['--identity', identity, '--known-hosts', knownHosts];
    process.env['LIBVIRT_DEFAULT_URI'] = 'qemu+unix:///system?socket=/nowhere';
    try {
      const { platform, reachedBy } = await inspect(`ssh://${ssh}`, ...words);
      assert.deepEqual([platform.id, reachedBy], ['kvm', `ssh://${ssh}`]);
    } finally {
      delete process.env['LIBVIRT_DEFAULT_URI'];
    }
  });

  it('says what a busybox guest cannot tell, and tells the rest', async () => {
    const name = 'inspected-busybox';
    await labAddGuest(LAB, { name, machine: 'q35', userland: 'busybox' });
    try {
      const { nics, limits } = await inspect(name);
      assert.deepEqual(
        nics.map(({ name: nic, driver }) => [nic, driver]),
        [['eth0', 'virtio_net']],
      );
      assert.match(limits.join('\n'), /no ethtool[^]*udev does not run/);
      const check = await hotnic('guest', 'check', name, '--timeout', '60');
      assert.equal(check.code, 0, check.stdout);
      const { code, stderr } = await hotnic('guest', 'inspect', name, '--guest-channel', 'agent');
      assert.equal(code, 1);
      assert.match(stderr, /the guest agent of inspected-busybox does not answer/);
    } finally {
      await labRemoveGuest(LAB, name);
    }
  });

  it('recognises the models that QEMU emulates', async () => {
    const name = 'many-models';
    await labAddGuest(LAB, { name, machine: 'i440fx', kernel: 'full' });
    try {
      for (const model of ['e1000', 'rtl8139', 'vmxnet3']) await attached(name, '--model', model);
      const { nics } = await inspect(name);
      const drivers = nics.map(({ driver }) => driver).sort();
      assert.deepEqual(
        drivers.map((driver) => driver.replace('8139too', '8139cp')),
        ['8139cp', 'e1000', 'virtio_net', 'vmxnet3'],
      );
      for (const { driver, device, link } of nics) {
        assert.notEqual(device, null, driver);
        assert.ok(link.why.length > 0, driver);
      }
    } finally {
      await labRemoveGuest(LAB, name);
    }
  });
});

describe('the guest agent instead of SSH', function () {
  this.timeout(300_000);
  const domain = 'lab-q35-native';
  let connection: Connection;
  let folder: string;
  before(async () => {
    connection = await connect('qemu:///system');
    folder = await mkdtemp(join(tmpdir(), 'hotnic-no-endpoint-'));
    await writeFile(join(folder, 'config.yaml'), 'guests: {}\n');
  });
  after(async () => {
    await connection.close();
    await rm(folder, { recursive: true });
  });

  it('runs commands, reads and writes files, and streams lines', async () => {
    const ask = agentOf(await findDomain(connection, domain));
    await using channel = await agentChannel(ask, 'the guest agent');
    const { status, stdout } = await channel.run(['uname', '-n']);
    assert.deepEqual([status, stdout], [0, `${domain}\n`]);
    const data = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * 7) % 256));
    await channel.writeFile('/tmp/it’s here', data, { mode: 0o600 });
    assert.deepEqual(await channel.readFile('/tmp/it’s here'), data);
    const seen: string[] = [];
    const lines = await channel.lines(['sh', '-c', 'echo one; sleep 1; echo two']);
    for await (const { text } of lines) seen.push(text);
    assert.deepEqual(seen, ['one', 'two']);
  });

  it('proves an attach and a detach', async () => {
    const { mac } = await attached(domain, '--guest-channel', 'agent');
    assert.equal(await verdictOf(domain, mac), 'healthy');
    const gone = await hotnic('detach', domain, mac, '--guest-channel', 'agent', '--json', '--timeout', '60');
    assert.equal(gone.code, 0, gone.stderr + gone.stdout);
    assert.equal((gone.json as { proof: { guest: string } }).proof.guest, 'gone');
  });

  it('is asked by itself where nobody has said how the guest is reached', async () => {
    const config = process.env['HOTNIC_CONFIG'] ?? '';
    process.env['HOTNIC_CONFIG'] = join(folder, 'config.yaml');
    try {
      assert.equal((await inspect(domain)).reachedBy, `the guest agent of ${domain}`);
    } finally {
      process.env['HOTNIC_CONFIG'] = config;
    }
  });
});
