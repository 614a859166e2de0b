import type { DomainView } from '../hypervisor/domain-view.js';
import { parsePciAddress, type PciAddress } from '../nic/pci-address.js';
import type { DomainXml } from '../xml/domain.js';

/** A definition that names a PCI function of the host. */
export interface FunctionClaim {
  readonly domain: string;
  readonly half: 'live' | 'config';
  /** The element that names it; `arguments`: `qemu:commandline`. */
  readonly by: 'interface' | 'hostdev' | 'arguments';
  readonly alias: string | null;
  /** libvirt takes it from its driver and gives it back. */
  readonly managed: boolean;
}

/** Who names which function. */
export type FunctionClaims = ReadonlyMap<PciAddress, readonly FunctionClaim[]>;

/** Gathers what the definitions of all domains say is theirs. Pure. */
export function functionClaims(
  views: readonly Pick<DomainView, 'name' | 'live' | 'config'>[],
): FunctionClaims {
  const claims = new Map<PciAddress, FunctionClaim[]>();
  for (const { name, live, config } of views)
    for (const [half, definition] of [['live', live] as const, ['config', config] as const])
      for (const [address, claim] of definition === null ? [] : claimsIn(definition))
        claims.set(address, [...(claims.get(address) ?? []), { domain: name, half, ...claim }]);
  return claims;
}

type Claim = readonly [PciAddress, Omit<FunctionClaim, 'domain' | 'half'>];

function claimsIn({ interfaces, hostdevs, qemuArguments }: DomainXml): readonly Claim[] {
  const claims: Claim[] = [];
  for (const { hostdevSource, alias, managed } of interfaces)
    if (hostdevSource !== null) claims.push([hostdevSource, { by: 'interface', alias, managed }]);
  for (const { function: address, alias, managed } of hostdevs)
    if (address !== null) claims.push([address, { by: 'hostdev', alias, managed }]);
  for (const address of qemuArguments.flatMap(hostFunctions))
    claims.push([address, { by: 'arguments', alias: null, managed: false }]);
  return claims;
}

/** `-device vfio-pci,host=0000:01:00.0`, in either of QEMU's notations. */
function hostFunctions(argument: string): readonly PciAddress[] {
  return [...argument.matchAll(/\bhost"?\s*[=:]\s*"?([0-9a-f:.]{7,12})/gi)].flatMap(
    ([, text = '']) => parsePciAddress(text) ?? [],
  );
}

/** A claim in words: "the running definition of web (hostdev0)". */
export function claimText({ domain, half, alias }: FunctionClaim): string {
  const name = `the ${half === 'live' ? 'running' : 'persistent'} definition of ${domain}`;
  return alias === null ? name : `${name} (${alias})`;
}
