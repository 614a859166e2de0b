import type { Procedure } from './model.js';

/** A class of handles: what its methods are called on. */
export interface HandleClass {
  /** "Domain" */
  readonly name: string;
  /** The file of the handwritten class, without ".ts". */
  readonly file: string;
  /** What its functions in the C library begin with. */
  readonly prefix: string;
  /** The struct that names it in calls; empty for Connection, which no call names. */
  readonly ref: string;
}

/** Every class, the more special prefix before the more general one. */
export const HANDLE_CLASSES: readonly HandleClass[] = [
  { name: 'DomainSnapshot', file: 'domain-snapshot', prefix: 'virDomainSnapshot', ref: 'domainSnapshotRef' },
  {
    name: 'DomainCheckpoint',
    file: 'domain-checkpoint',
    prefix: 'virDomainCheckpoint',
    ref: 'domainCheckpointRef',
  },
  { name: 'Domain', file: 'domain', prefix: 'virDomain', ref: 'domainRef' },
  { name: 'NetworkPort', file: 'network-port', prefix: 'virNetworkPort', ref: 'networkPortRef' },
  { name: 'Network', file: 'network', prefix: 'virNetwork', ref: 'networkRef' },
  { name: 'NodeDevice', file: 'node-device', prefix: 'virNodeDevice', ref: 'nodeDeviceRef' },
  { name: 'Interface', file: 'interface', prefix: 'virInterface', ref: 'interfaceRef' },
  {
    name: 'NWFilterBinding',
    file: 'nwfilter-binding',
    prefix: 'virNWFilterBinding',
    ref: 'nwfilterBindingRef',
  },
  { name: 'NWFilter', file: 'nwfilter', prefix: 'virNWFilter', ref: 'nwfilterRef' },
  { name: 'StoragePool', file: 'storage-pool', prefix: 'virStoragePool', ref: 'storagePoolRef' },
  { name: 'StorageVolume', file: 'storage-volume', prefix: 'virStorageVol', ref: 'storageVolRef' },
  { name: 'Secret', file: 'secret', prefix: 'virSecret', ref: 'secretRef' },
  { name: 'Connection', file: 'connection', prefix: 'virConnect', ref: '' },
];

/** The class whose handle a struct of the protocol becomes. */
export function classOfRef(type: string): HandleClass | undefined {
  return HANDLE_CLASSES.find(({ ref }) => ref !== '' && ref === type);
}

/** The class that a procedure is a method of: what its first argument names, else the connection. */
export function classOf({ name, args }: Procedure): HandleClass {
  const [first] = args;
  const onDevice =
    name.startsWith('nodeDevice') && first?.name === 'name' && !/Lookup|Create|Define/.test(name);
  const wanted = onDevice ? 'nodeDeviceRef' : (first?.type ?? '');
  return HANDLE_CLASSES.find(({ ref }) => ref === wanted) ?? connectionClass();
}

function connectionClass(): HandleClass {
  const found = HANDLE_CLASSES.find(({ name }) => name === 'Connection');
  if (found === undefined) throw new Error('there is no class Connection');
  return found;
}

/** "virDomainGetXMLDesc" as a method of its class: getXMLDesc. A function of another class keeps its name. */
export function methodName({ api }: Procedure, { prefix }: HandleClass): string {
  const bare = api.startsWith(prefix) ? api.slice(prefix.length) : api.replace(/^vir/, '');
  // Leading capitals that form a word of their own go together: "PMSuspendForDuration" is pmSuspendForDuration.
  const head = /^([A-Z]+)(?=[A-Z][a-z]|$)/.exec(bare)?.[0] ?? bare.slice(0, 1);
  return head.toLowerCase() + bare.slice(head.length);
}
