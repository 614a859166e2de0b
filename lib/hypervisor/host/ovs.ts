import type { Channel } from '../../channel/channel.js';
import { HotnicError, isHotnicError } from '../../errors/hotnic-error.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';
import { isFields, notUnderstood, parse } from './json.js';
import { NotThere } from './part.js';

/** An interface of an Open vSwitch port. */
export interface OvsPort {
  readonly name: string;
  readonly port: string;
  readonly bridge: string;
  /** "" and "system" are netdevs of the kernel; "internal", "patch", "vxlan", … are the switch's own. */
  readonly type: string;
  /** Null while the switch has not taken it; -1 when it could not ("could not open network device"). */
  readonly ofport: number | null;
  readonly error: string | null;
  readonly tag: number | null;
  /** What libvirt writes there: attached-mac, iface-id, iface-status, vm-id (virnetdevopenvswitch). */
  readonly externalIds: ReadonlyMap<string, string>;
}

const QUERY = [
  'ovs-vsctl',
  '--timeout=5',
  '--no-wait',
  '--format=json',
  ...['--', '--columns=name,ports', 'list', 'Bridge'],
  ...['--', '--columns=_uuid,name,interfaces,tag', 'list', 'Port'],
  ...['--', '--columns=_uuid,name,type,ofport,error,external_ids', 'list', 'Interface'],
];

/** Reads all ports of all bridges of Open vSwitch, with one command. */
export async function readOvsPorts(host: Channel, options?: HostCommandOptions): Promise<readonly OvsPort[]> {
  try {
    return parseOvs(await hostCommand(host, QUERY, { timeoutMs: 7000, ...options }));
  } catch (error) {
    // The package may be installed and the switch not in use: then there is no socket of the database.
    if (
      isHotnicError(error, 'host-command') &&
      /database connection failed \(No such file or directory\)/.test(error.message)
    )
      throw new NotThere('Open vSwitch is installed and does not run');
    throw error instanceof HotnicError ? error : notUnderstood('ovs-vsctl', String(error));
  }
}

/** Reads the three tables that the query prints, one JSON document a line (ovs-vsctl(8), ovsdb RFC 7047 §5.1). */
export function parseOvs(text: string): readonly OvsPort[] {
  const [bridges, ports, interfaces] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(readTable);
  if (!bridges || !ports || !interfaces)
    throw notUnderstood('ovs-vsctl', 'its answer has not the three tables');
  const bridgeOf = new Map(
    bridges.flatMap((row) => uuids(row.get('ports')).map((port) => [port, word(row.get('name'))] as const)),
  );
  const portOf = new Map(
    ports.flatMap((row) => uuids(row.get('interfaces')).map((one) => [one, row] as const)),
  );
  return interfaces.flatMap((row) => {
    const [id = ''] = uuids(row.get('_uuid'));
    const port = portOf.get(id);
    const bridge = bridgeOf.get(uuids(port?.get('_uuid'))[0] ?? '');
    const name = word(row.get('name'));
    if (port === undefined || bridge === undefined || name === '') return [];
    return [
      {
        name,
        port: word(port.get('name')),
        bridge,
        type: word(row.get('type')),
        ofport: whole(row.get('ofport')),
        error: word(row.get('error')) || null,
        tag: whole(port.get('tag')),
        externalIds: pairs(row.get('external_ids')),
      },
    ];
  });
}

function readTable(line: string): readonly ReadonlyMap<string, unknown>[] {
  const table = parse(line, 'ovs-vsctl');
  if (!isFields(table) || !Array.isArray(table['headings']) || !Array.isArray(table['data']))
    throw notUnderstood('ovs-vsctl', 'a line of its answer is no table');
  const headings: readonly unknown[] = table['headings'];
  return table['data'].flatMap((row: unknown) =>
    Array.isArray(row) ? [new Map(headings.map((heading, at) => [String(heading), row[at] as unknown]))] : [],
  );
}

/** ["uuid", X] or ["set", [["uuid", X], …]]. */
function uuids(value: unknown): readonly string[] {
  return elements(value).flatMap((one) =>
    Array.isArray(one) && one[0] === 'uuid' && typeof one[1] === 'string' ? [one[1]] : [],
  );
}

function word(value: unknown): string {
  const [one] = elements(value);
  return typeof one === 'string' && one.length <= 1024 ? one : '';
}

function whole(value: unknown): number | null {
  const [one] = elements(value);
  return typeof one === 'number' && Number.isSafeInteger(one) ? one : null;
}

function pairs(value: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(value) || value[0] !== 'map' || !Array.isArray(value[1])) return new Map();
  return new Map(
    value[1].flatMap((pair: unknown): [string, string][] =>
      Array.isArray(pair) && typeof pair[0] === 'string' && typeof pair[1] === 'string'
        ? [[pair[0], pair[1].slice(0, 1024)]]
        : [],
    ),
  );
}

/** An atom stands alone, or in a set of one or none. */
function elements(value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value[0] === 'set' && Array.isArray(value[1])) return value[1] as unknown[];
  return value === undefined ? [] : [value];
}
