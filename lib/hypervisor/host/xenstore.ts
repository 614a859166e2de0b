import type { Channel } from '../../channel/channel.js';
import { parseMac, type MacAddress } from '../../nic/mac-address.js';
import { hostCommand, type HostCommandOptions } from './host-command.js';

/**
 * One vif of Xen's PV network in xenstore: its backend's node, its frontend's node, or both
 * (xenstore-paths of Xen's documentation).
 */
export interface XenVif {
  /** The domain that serves it; null where only the frontend is left, and names none. */
  readonly backendDomain: number | null;
  readonly frontendDomain: number;
  /** The vif's number in its domain. */
  readonly device: number;
  readonly mac: MacAddress | null;
  readonly backend: XenVifNode | null;
  readonly frontend: XenVifNode | null;
  /** False where the domain of the frontend has neither name nor `vm` in xenstore: it is gone. */
  readonly frontendAlive: boolean;
  readonly frontendName: string | null;
  readonly frontendUuid: string | null;
}

export interface XenVifNode {
  readonly path: string;
  /** XenbusState: 1 initialising, 2 init-wait, 3 initialised, 4 connected, 5 closing, 6 closed; null when it has none. */
  readonly state: number | null;
}

/** Reads xenstore's list, with one command; a host without Xen has no xenstore-ls. */
export async function readXenVifs(host: Channel, options?: HostCommandOptions): Promise<readonly XenVif[]> {
  return parseXenstore(await hostCommand(host, ['xenstore-ls', '-f', '/local/domain'], options));
}

const LINE = /^(\/[A-Za-z0-9\-/_@]{1,255}) = "(.*)"$/;
const BACKEND = /^\/local\/domain\/(\d{1,5})\/backend\/vif\/(\d{1,5})\/(\d{1,5})(?:\/([a-z-]+))?$/;
const FRONTEND = /^\/local\/domain\/(\d{1,5})\/device\/vif\/(\d{1,5})(?:\/([a-z-]+))?$/;
const DOMAIN = /^\/local\/domain\/(\d{1,5})\/(name|vm)$/;

type Node = { readonly path: string; readonly values: Map<string, string> };

/** Reads `xenstore-ls -f` (one "path = "value"" a line). Lines of other shapes are passed over. */
export function parseXenstore(text: string): readonly XenVif[] {
  const backends = new Map<string, Node>();
  const frontends = new Map<string, Node>();
  const backendDomains = new Map<string, number>();
  const domains = new Map<number, Map<string, string>>();
  for (const line of text.split('\n')) {
    const [, path = '', value = ''] = LINE.exec(line) ?? [];
    const back = BACKEND.exec(path);
    const front = FRONTEND.exec(path);
    const domain = DOMAIN.exec(path);
    if (back) {
      const [, served = '', of = '', device = '', field] = back;
      const key = `${served}/${of}/${device}`;
      backendDomains.set(key, Number(served));
      put(backends, key, path, field, value);
    } else if (front) {
      const [, of = '', device = '', field] = front;
      put(frontends, `${of}/${device}`, path, field, value);
    } else if (domain) {
      const [, id = '', field = ''] = domain;
      domains.set(Number(id), (domains.get(Number(id)) ?? new Map<string, string>()).set(field, value));
    }
  }
  const met = new Set<string>();
  const served = [...backends].map(([key, backend]) => {
    const [, of = '', device = ''] = key.split('/');
    const pair = `${of}/${device}`;
    const frontend = frontends.get(pair) ?? null;
    // A vif that has moved leaves a second backend behind: the frontend belongs to the one that it names.
    const names = frontend?.values.get('backend') ?? backend.path;
    const own = names === backend.path ? frontend : null;
    if (own) met.add(pair);
    return toVif(backendDomains.get(key) ?? null, Number(of), Number(device), backend, own, domains);
  });
  const alone = [...frontends]
    .filter(([pair]) => !met.has(pair))
    .map(([pair, frontend]) => {
      const [of = '', device = ''] = pair.split('/');
      const by = frontend.values.get('backend-id') ?? '';
      return toVif(
        /^\d{1,5}$/.test(by) ? Number(by) : null,
        Number(of),
        Number(device),
        null,
        frontend,
        domains,
      );
    });
  return [...served, ...alone];
}

function put(
  nodes: Map<string, Node>,
  key: string,
  path: string,
  field: string | undefined,
  value: string,
): void {
  const own = field === undefined ? path : path.slice(0, -field.length - 1);
  const node = nodes.get(key) ?? { path: own, values: new Map<string, string>() };
  if (field !== undefined) node.values.set(field, value);
  nodes.set(key, node);
}

function toVif(
  backendDomain: number | null,
  frontendDomain: number,
  device: number,
  backend: Node | null,
  frontend: Node | null,
  domains: ReadonlyMap<number, ReadonlyMap<string, string>>,
): XenVif {
  const domain = domains.get(frontendDomain);
  const uuid = /([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(domain?.get('vm') ?? '')?.[1];
  return {
    backendDomain,
    frontendDomain,
    device,
    mac: parseMac(backend?.values.get('mac') ?? '') ?? parseMac(frontend?.values.get('mac') ?? ''),
    backend: backend && toNode(backend),
    frontend: frontend && toNode(frontend),
    // A listing without Domain-0 shows not all domains: then none is said to be gone.
    frontendAlive: domain !== undefined || !domains.has(0),
    frontendName: domain?.get('name') ?? null,
    frontendUuid: uuid?.toLowerCase() ?? null,
  };
}

function toNode({ path, values }: Node): XenVifNode {
  const state = values.get('state') ?? '';
  return { path, state: /^[0-8]$/.test(state) ? Number(state) : null };
}
