import { printable } from '../guest/printable.js';
import type { NetworkFunction } from '../hypervisor/pci/index.js';
import type { FunctionUsers } from '../operations/nodedev/facts.js';
import type { ListedFunction, NodedevList } from '../operations/nodedev/list.js';
import { table } from './table.js';

const HEADS = [
  'FUNCTION',
  'DRIVER',
  'NETDEV',
  'LINK',
  'ADDRESSES',
  'PF/VF',
  'GROUP',
  'NUMA',
  'RESET',
  'USED BY',
  'VERDICT',
];

/** The table of `hotnic nodedev list`, one function a row; what is wrong is explained below it. */
export function nodedevListText({ functions }: NodedevList): string {
  if (functions.length === 0) return 'this machine has no PCI network functions';
  const rows = functions.map((one) => cells(one).map((cell) => printable(cell)));
  const notes = functions
    .filter(({ verdict }) => verdict.kind !== 'healthy')
    .flatMap(({ verdict: { kind, summary, next } }) => [
      `${kind}: ${summary}`,
      ...(next === undefined ? [] : [`  next: ${next}`]),
    ]);
  const shown = table(HEADS, rows);
  return notes.length === 0 ? shown : `${shown}\n\n${notes.map((note) => printable(note)).join('\n')}`;
}

function cells({ function: one, users, pools, verdict }: ListedFunction): readonly string[] {
  const { address, driver, netdevs, iommuGroup, numaNode, resetMethods, canReset } = one;
  const others = (iommuGroup?.members ?? []).filter((member) => member !== address);
  return [
    address,
    driver ?? '-',
    listed(netdevs.map(({ name }) => name)),
    listed(netdevs.map(linkText)),
    listed(netdevs.flatMap((netdev) => netdev.addresses).filter((text) => !text.startsWith('fe80:'))),
    relation(one),
    iommuGroup === null
      ? '-'
      : `${iommuGroup.number}${others.length === 0 ? '' : ` with ${others.join(' ')}`}`,
    numaNode === null ? '-' : String(numaNode),
    resetMethods.length > 0 ? resetMethods.join(' ') : canReset ? '?' : 'none',
    listed([...usersText(users), ...pools.map((name) => `network ${name}`)]),
    verdict.kind,
  ];
}

function linkText({ up, carrier, master }: NetworkFunction['netdevs'][number]): string {
  const state = up ? (carrier === true ? 'up' : 'no carrier') : 'down';
  return master === null ? state : `${state}, in ${master}`;
}

function relation({ virtual, physical }: NetworkFunction): string {
  if (virtual !== null) return `VF ${virtual.index} of ${virtual.physicalFunction}`;
  if (physical === null) return '-';
  return `PF, ${physical.vfs.filter((vf) => vf !== null).length} of ${physical.totalVfs} VFs`;
}

/** A running domain has it; a persistent definition only names it. */
function usersText({ running, defined, holders }: FunctionUsers): readonly string[] {
  const domains = new Set(running.map(({ domain }) => domain));
  const later = defined.filter(({ domain }) => !domains.has(domain)).map(({ domain }) => `(${domain})`);
  const strangers = holders.filter(({ guest }) => guest === null || !domains.has(guest));
  return [...domains, ...later, ...strangers.map(({ command, pid }) => `${command} pid ${pid}`)];
}

function listed(words: readonly string[]): string {
  return words.length === 0 ? '-' : words.join(' ');
}

/** The same for a program. */
export function nodedevListDocument({ functions, unreadable }: NodedevList): object {
  return {
    functions: functions.map(({ function: one, users, pools, verdict }) => ({
      ...one,
      users: {
        running: users.running,
        defined: users.defined,
        processes: users.holders.map(({ pid, command, guest }) => ({ pid, command, guest })),
        networks: pools,
      },
      verdict,
    })),
    unreadable,
  };
}
