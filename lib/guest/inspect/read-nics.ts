import { readClaims } from '../config/read-claims.js';
import { driverForModalias, driverForPci, driverNamed } from '../hardware/drivers.js';
import { columns, orNull, sysfsNumber } from '../probe-facts.js';
import { sectionLines, type Sections } from '../probe-sections.js';
import type { GuestNetdev, GuestProbe } from '../probe-types.js';
import { ethtoolValues, readEthtool, readLimits, readOffloads } from './ethtool.js';
import type { InspectedNic, ModuleFacts } from './inspect-types.js';
import { linkFacts } from './link-facts.js';
import { namingOf } from './naming.js';
import { ownerOf, type OwnerFacts } from './owner.js';
import { pickedByFile } from './picked-by-file.js';
import { readModules } from './read-modules.js';

/** The NICs of an inspection: netdevs that sit on a device, in the probe's order. */
export function readInspectedNics(
  sections: Sections,
  probe: GuestProbe,
  dhcp: readonly string[],
): InspectedNic[] {
  const lines = (name: string) => sectionLines(sections, name);
  const answers = readEthtool(lines('ethtool'));
  const modules = readModules(lines('module'));
  const links = pickedByFile(lines('linkfile'));
  const owners: OwnerFacts = { notes: pickedByFile(lines('owner')), ifstate: lines('ifstate'), dhcp };
  const { claims } = probe.config === null ? { claims: [] } : readClaims(probe.config);
  const rows = new Map(lines('nics').map((line) => [line.split('\t')[0] ?? '', columns(line, 10)]));
  return probe.netdevs.flatMap((netdev): InspectedNic[] => {
    const row = rows.get(netdev.name);
    // It came or left between the two looks; or it is virtual.
    if (row === undefined || row[1] !== String(netdev.ifindex)) return [];
    const [, , bus, alias, module, version, srcversion, rx = '', tx = '', assigned = ''] = row;
    const said = answers.get(netdev.name);
    const about = ethtoolValues(said?.get('-i'));
    const driver = netdev.driver ?? orNull(about.get('driver'));
    const modalias = orNull(alias);
    const known = driverNamed(driver) ?? driverForModalias(modalias ?? '') ?? pciDriver(netdev, probe);
    return [
      {
        name: netdev.name,
        ifindex: netdev.ifindex,
        mac: netdev.mac,
        pciAddress: netdev.pciAddress,
        pciId: pciIdOf(netdev, probe),
        bus: orNull(bus),
        modalias,
        device: known?.device ?? null,
        driver,
        module: moduleFacts(orNull(module), orNull(version), orNull(srcversion), modules),
        firmware: firmwareOf(about),
        queues: { rx: sysfsNumber(rx) ?? 0, tx: sysfsNumber(tx) ?? 0 },
        rings: readLimits(said?.get('-g')),
        channels: readLimits(said?.get('-l')),
        offloads: readOffloads(said?.get('-k')),
        link: linkFacts(netdev, driver, said),
        mtu: netdev.mtu,
        addresses: netdev.addresses,
        master: netdev.master,
        uppers: netdev.uppers,
        owner: ownerOf(netdev, owners, claims),
        naming: namingOf(netdev, assigned, claims, links),
        session: probe.session?.netdev === netdev.name,
      },
    ];
  });
}

function pciFunction(netdev: GuestNetdev, probe: GuestProbe) {
  return probe.pci.find(({ address }) => address === netdev.pciAddress);
}

function pciDriver(netdev: GuestNetdev, probe: GuestProbe) {
  const found = pciFunction(netdev, probe);
  return found ? driverForPci(found.vendor, found.device) : null;
}

function pciIdOf(netdev: GuestNetdev, probe: GuestProbe): string | null {
  const found = pciFunction(netdev, probe);
  const hex = (value: number) => value.toString(16).padStart(4, '0');
  return found ? `${hex(found.vendor)}:${hex(found.device)}` : null;
}

function moduleFacts(
  name: string | null,
  version: string | null,
  srcversion: string | null,
  modules: ReturnType<typeof readModules>,
): ModuleFacts | null {
  if (name === null) return null;
  const more = modules.find((one) => one.name.replaceAll('-', '_') === name.replaceAll('-', '_'));
  return {
    name,
    version,
    srcversion,
    vermagic: more?.vermagic ?? null,
    file: more?.file ?? null,
  };
}

/** `ethtool -i` prints an empty line or "N/A" where there is no firmware. */
function firmwareOf(about: ReturnType<typeof ethtoolValues>): string | null {
  const said = about.get('firmware-version') ?? '';
  return said === '' || said === 'N/A' ? null : said;
}
