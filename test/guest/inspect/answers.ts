import { parseInspection, type Inspected } from '../../../lib/guest/inspect/inspect-guest.js';
import { fixture, NONCE } from '../fixture.js';
import type { NicTree } from './trees.js';

/** What may be put into an answer beside the NIC. */
export interface Around {
  /** Lines of the "machine" section. */
  readonly machine?: readonly string[];
  readonly owner?: readonly string[];
  readonly ifstate?: readonly string[];
  readonly linkfile?: readonly string[];
  readonly module?: readonly string[];
  /** /run/udev/data of the NIC. */
  readonly udev?: readonly string[];
  /** The "config" section of the probe. */
  readonly config?: readonly string[];
  readonly assigned?: string;
  /** Lines of a check, by section. */
  readonly check?: Readonly<Record<string, readonly string[]>>;
}

const CHECK = [
  'windows',
  'config-space',
  'drivers-there',
  'kernel-signs',
  'mounts',
  'sockets',
  'descriptors',
  'processes',
];

/** The answer of a guest (a recorded probe of a real one) with one more NIC in it. */
export function answerWith(tree: NicTree, around: Around = {}): string {
  const ifindex = '77';
  const section = (name: string, lines: readonly string[] = []) => [`#${NONCE} ${name}`, ...lines];
  const netdev = [
    tree.name,
    ifindex,
    tree.mac,
    'up',
    '1',
    '0x1003',
    '1500',
    tree.speed,
    tree.duplex,
    '',
    '',
    '',
    '',
    tree.path,
    tree.driver,
  ].join('\t');
  const nic = [
    tree.name,
    ifindex,
    tree.bus,
    tree.modalias,
    tree.module,
    tree.version,
    '',
    '2',
    '2',
    around.assigned ?? '4',
  ].join('\t');
  let probe = fixture('probe-acpi').replace(`#${NONCE} netdevs\n`, `#${NONCE} netdevs\n${netdev}\n`);
  if (tree.pci) {
    const [cls = '', ...ids] = tree.pci;
    probe = probe.replace(
      `#${NONCE} pciehp\n`,
      `${[tree.path, cls, ...ids, '', tree.driver].join('\t')}\n#${NONCE} pciehp\n`,
    );
  }
  for (const line of around.udev ?? [])
    probe = probe.replace(`#${NONCE} links\n`, `/run/udev/data/n${ifindex}:${line}\n#${NONCE} links\n`);
  if (around.config)
    probe = probe.replace(
      `#${NONCE} clock\n`,
      [...section('config', around.config), `#${NONCE} clock\n`].join('\n'),
    );
  const said = Object.entries(tree.ethtool).flatMap(([option, text]) => [
    `>${tree.name}\t${option}`,
    ...text.split('\n'),
  ]);
  const more = [
    ...section('machine', around.machine ?? ['have\tethtool', 'have\tmodinfo', 'have\tlscpu']),
    ...section('nics', [nic]),
    ...section('ethtool', said),
    ...section('module', around.module),
    ...section('owner', around.owner),
    ...section('ifstate', around.ifstate),
    ...section('linkfile', around.linkfile),
    ...(around.check ? CHECK.flatMap((name) => section(name, around.check?.[name])) : []),
    ...section('more-end'),
  ];
  return `${probe.trimEnd()}\n${more.join('\n')}\n`;
}

/** The same, read. */
export function inspectedWith(tree: NicTree, around: Around = {}): Inspected {
  const what = around.check ? 'check' : 'inspect';
  return parseInspection(answerWith(tree, around), NONCE, { sentMs: 1000, receivedMs: 1400 }, what);
}
