// A hypervisor of many domains for measurements: libvirt's own daemon with its test driver, in a folder of its own.
import { connect } from 'node-libvirt';
import { startRealDaemon } from '../packages/node-libvirt/test/support/real-daemon.js';

export interface ManyDomains extends AsyncDisposable {
  /** As hotnic takes it. */
  readonly uri: string;
  /** As libvirt's own library takes it. */
  readonly nativeUri: string;
}

/**
 * Starts a daemon that has so many running domains with four NICs each. They are defined and started over a connection
 * that stays open: the driver keeps its default world for as long as one does. Given a file of definitions instead, it
 * would read the file at each opening, for longer than any program here runs; no hypervisor does that.
 */
export async function manyDomains(count: number): Promise<ManyDomains> {
  const daemon = await startRealDaemon();
  const uri = daemon.uri('test', 'default');
  const holder = await connect(uri);
  const [only] = await holder.listAllDomains();
  await only?.destroy();
  await only?.undefineFlags();
  for (let index = 0; index < count; index++) await (await holder.domainDefineXML(domainXml(index))).create();
  return {
    uri,
    nativeUri: `test+unix:///default?socket=${daemon.socket}`,
    [Symbol.asyncDispose]: async () => {
      await holder.close();
      await daemon.stop();
    },
  };
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

function domainXml(index: number): string {
  const ports = Array.from(
    { length: 8 },
    (
      _,
      port,
    ) => `<controller type='pci' index='${port + 1}' model='pcie-root-port'><address type='pci' domain='0x0000'
      bus='0x00' slot='0x${hex(port + 2, 2)}' function='0x0'/></controller>`,
  );
  const nics = Array.from(
    { length: 4 },
    (
      _,
      nic,
    ) => `<interface type='network'><mac address='52:54:${hex((index >> 8) & 0xff, 2)}:${hex(index & 0xff, 2)}:00:0${nic}'/>
      <source network='default'/><model type='virtio'/>
      <address type='pci' domain='0x0000' bus='0x0${nic + 1}' slot='0x00' function='0x0'/></interface>`,
  );
  return `<domain type='test'>
  <name>web${index}</name><uuid>6695eb01-f6a4-8304-79aa-${hex(index, 12)}</uuid>
  <memory>1048576</memory><currentMemory>1048576</currentMemory><vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type><boot dev='hd'/></os>
  <features><acpi/><apic/></features>
  <on_poweroff>destroy</on_poweroff><on_reboot>restart</on_reboot><on_crash>destroy</on_crash>
  <devices>
    <disk type='file' device='disk'><source file='/var/lib/images/web${index}.qcow2'/><target dev='vda' bus='virtio'/></disk>
    <controller type='pci' index='0' model='pcie-root'/>
    ${ports.join('\n    ')}
    ${nics.join('\n    ')}
    <console type='pty'/><memballoon model='virtio'/>
  </devices></domain>`;
}
