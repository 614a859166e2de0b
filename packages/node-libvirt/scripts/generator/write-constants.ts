import type { Api, ApiEnum } from './api.js';
import { banner } from './banner.js';

/** The public enums of libvirt as objects, in files by what they are about: file name → content. */
export function writeConstants(api: Api, version: string): Map<string, string> {
  const groups = new Map<string, string[]>();
  const names = new Set<string>();
  for (const one of api.enums) {
    const name = constantName(one.name);
    // Two enums of one name would hide one another in silence.
    if (names.has(name)) throw new Error(`two enums are called ${name}`);
    names.add(name);
    const group = groupOf(one.name);
    groups.set(group, [...(groups.get(group) ?? []), written(one, name)]);
  }
  const fields = api.strings.map(
    ({ name, value, info }) =>
      `  /** ${sentence(info)}${name}. */\n  ${name.replace(/^VIR_/, '')}: ${JSON.stringify(value)},`,
  );
  groups.set('parameter-name', [
    `/** Names of typed parameters. */\nexport const ParameterName = {\n${fields.join('\n')}\n} as const;\n`,
  ]);
  const head = banner(
    version,
    'Numbers of the public API, with the words that libvirt-api.xml has for them.',
  );
  return new Map([...groups].map(([group, parts]) => [`${group}.ts`, head + parts.join('\n')]));
}

function written({ name: original, info, since, values }: ApiEnum, name: string): string {
  const drop = prefixOf(
    original,
    values.map(({ name: value }) => value),
  );
  const members = values.map(
    (value) =>
      `  /** ${sentence(value.info)}libvirt ${value.since}. */\n  ${memberName(value.name, drop)}: ${value.value},`,
  );
  const doc = `/** ${sentence(info)}${original}, libvirt ${since}. */`;
  return `${doc}\nexport const ${name} = {\n${members.join('\n')}\n} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];\n`;
}

function sentence(text: string): string {
  if (text === '') return '';
  const [first = ''] = text.split(/(?<=\.) (?=[A-Z])/);
  return `${first.replace(/[.;:,]$/, '')}. `;
}

// Names that say what they are for better than the rule would; the first is the one that hotplug uses most.
const NAMES: Readonly<Record<string, string>> = {
  virDomainModificationImpact: 'AffectFlags',
  virErrorNumber: 'ErrorCode',
  virDomainLifecycle: 'DomainLifecycleKind',
  virDomainEventType: 'DomainLifecycle',
  virConnectListAllNodeDeviceFlags: 'ListNodeDevicesFlags',
  virDomainInterfaceAddressesSource: 'InterfaceAddressesSource',
  virConnectDomainEventAgentLifecycleState: 'AgentState',
  virConnectDomainEventAgentLifecycleReason: 'AgentReason',
  virDomainEventID: 'DomainEventId',
  virNetworkEventID: 'NetworkEventId',
  virStoragePoolEventID: 'StoragePoolEventId',
  virNodeDeviceEventID: 'NodeDeviceEventId',
  virSecretEventID: 'SecretEventId',
};

function constantName(name: string): string {
  const known = NAMES[name];
  if (known !== undefined) return known;
  return name
    .replace(/^vir/, '')
    .replace(/^ConnectListAll/, 'List')
    .replace(/Flags?Values$/, 'Flags')
    .replace(/^(Domain|Network|StoragePool|NodeDevice|Secret)Event(\w+)DetailType$/, '$1$2Detail');
}

function groupOf(name: string): string {
  if (name === 'virErrorNumber') return 'error-code';
  if (name.startsWith('virErr')) return 'error-domain';
  if (/^virKey/.test(name)) return 'keycode';
  if (/Event/.test(name)) return 'events';
  if (/^virDomain|^virConnectListAllDomain|^virConnectDomain/.test(name)) return 'domain';
  if (/^vir(Network|NWFilter|Interface|IPAddr|ConnectListAll(Network|Interface))/.test(name))
    return 'network';
  if (/^virStorage|^virConnectListAllStorage|^virStream/.test(name)) return 'storage';
  return 'host';
}

/** What all members begin with, at an underscore; of a single one, what it shares with its enum. */
function prefixOf(type: string, members: readonly string[]): string {
  if (type === 'virErrorNumber') return 'VIR_ERR_';
  const others = members.length > 1 ? members : [...members, `${snake(type)}_`];
  const [first = ''] = others;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  const prefix = first.slice(0, first.slice(0, length).lastIndexOf('_') + 1);
  return prefix === '' ? 'VIR_' : prefix;
}

function memberName(name: string, drop: string): string {
  // virErrorNumber alone has warnings among its members.
  const bare = name.startsWith(drop)
    ? name.slice(drop.length)
    : name.replace('VIR_WAR_', 'WARN_').replace('VIR_', '');
  return /^\d/.test(bare) ? `_${bare}` : bare;
}

function snake(name: string): string {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
}
