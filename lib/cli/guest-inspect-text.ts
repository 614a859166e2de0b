import type { GuestInspection, InspectedNic, Limits } from '../guest/inspect/inspect-types.js';
import { printable } from '../guest/printable.js';
import { table } from './table.js';

/** What `hotnic guest inspect --json` prints. */
export function inspectDocument(target: string, reachedBy: string, inspection: GuestInspection): object {
  const { probe, platform, nics, managers, limits } = inspection;
  return {
    target,
    reachedBy,
    hostname: probe.hostname,
    kernel: probe.kernel,
    boot: probe.boot,
    root: probe.user.root,
    cloudInit: probe.cloudInit,
    platform,
    managers,
    nics,
    limits,
    tookMs: Math.round(probe.tookMs),
  };
}

/** The same for people: the platform, a table of NICs, and what there is to say of each. */
export function inspectText(
  { probe, platform, nics, managers, limits }: GuestInspection,
  offloads: boolean,
): string {
  const head = [
    `${probe.hostname}: ${platform.name} (${platform.virtualization}), Linux ${probe.kernel}`,
    ...platform.evidence.map((text) => `  ${text}`),
    ...platform.restrictions.map(({ about, text, source }) => `  ${about}: ${text} (${source})`),
    `  the network is managed by: ${managers.length === 0 ? 'no program that runs' : managers.join(', ')}`,
  ];
  const rows = nics.map((nic) => [
    nic.name,
    nic.mac ?? '-',
    nic.pciAddress ?? nic.bus ?? '-',
    nic.driver ?? '-',
    `${nic.queues.rx}/${nic.queues.tx}`,
    linkCell(nic),
    nic.owner.systems[0] ?? 'nobody',
    nic.addresses.map(({ address, prefix }) => `${address}/${prefix}`).join(' ') || '-',
  ]);
  const heads = ['NIC', 'MAC', 'PLACE', 'DRIVER', 'QUEUES', 'LINK', 'CONFIGURED BY', 'ADDRESSES'];
  const shown =
    nics.length === 0
      ? ['the guest shows no NIC']
      : table(
          heads,
          rows.map((row) => row.map((cell) => printable(cell))),
        ).split('\n');
  const parts = [
    head,
    shown,
    ...nics.map((nic) => nicLines(nic, offloads)),
    ...(limits.length === 0 ? [] : [['not known:', ...limits.map((text) => `  ${text}`)]]),
  ];
  return parts.map((lines) => lines.map((line) => printable(line, 2000)).join('\n')).join('\n\n');
}

function linkCell({ link }: InspectedNic): string {
  if (!link.up) return 'down';
  const carrier = link.carrier === true ? 'up' : 'no carrier';
  return link.speed === null ? carrier : `${carrier} ${link.speed} Mbit/s`;
}

function nicLines(nic: InspectedNic, offloads: boolean): string[] {
  const { module, link, naming, owner } = nic;
  const on = (nic.offloads ?? []).filter((one) => one.on);
  const facts: [string, string | null][] = [
    [
      'device',
      [nic.device, nic.pciId, nic.session ? 'this session runs over it' : null].filter(Boolean).join(', ') ||
        null,
    ],
    [
      'module',
      module === null
        ? 'built into the kernel, or no module'
        : [module.name, module.version, module.vermagic].filter(Boolean).join(', '),
    ],
    ['firmware', nic.firmware],
    ['rings', limitsText(nic.rings)],
    ['channels', limitsText(nic.channels)],
    ['offloads', nic.offloads === null ? null : `${on.length} of ${nic.offloads.length} on`],
    [
      'link',
      [link.operstate, link.duplex === null ? null : `duplex ${link.duplex}`, `MTU ${nic.mtu}`]
        .filter(Boolean)
        .join(', '),
    ],
    ['uppers', [nic.master, ...nic.uppers].filter(Boolean).join(', ') || null],
    ['name', naming.rule],
    [
      'configured by',
      owner.systems.length === 0 ? 'nobody: no system names it or has it in hand' : owner.systems.join(', '),
    ],
  ];
  return [
    nic.name,
    ...facts.flatMap(([key, value]) => (value === null ? [] : [`  ${key}: ${value}`])),
    ...owner.evidence.map((text) => `    ${text}`),
    ...(owner.conflict ? ['    more than one system would set it up'] : []),
    ...link.why.map((text) => `  why: ${text}`),
    ...(offloads
      ? (nic.offloads ?? []).map(
          (one) => `    ${one.name}: ${one.on ? 'on' : 'off'}${one.fixed ? ' (fixed)' : ''}`,
        )
      : []),
  ];
}

function limitsText(limits: Limits | null): string | null {
  if (limits === null) return null;
  return Object.entries(limits.now)
    .map(([key, now]) =>
      limits.most[key] === undefined ? `${key} ${now}` : `${key} ${now} of ${limits.most[key]}`,
    )
    .join(', ');
}
