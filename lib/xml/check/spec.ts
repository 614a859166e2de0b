import {
  INTERFACE_TYPES,
  type InterfaceInput,
  type InterfaceSpec,
  type TeamingSpec,
  type BackendSpec,
} from '../spec-types.js';
import { checkDriver } from './driver.js';
import { checkIdentity } from './identity.js';
import { USER_ALIAS, USER_ALIAS_SHAPE } from './names.js';
import { collected, defined, type Say } from './report.js';
import { checkSource } from './source.js';
import { checkTraffic } from './traffic.js';
import { absolutePath, matching, oneOf } from './values.js';
import { checkVirtualport } from './virtualport.js';

/**
 * Checks what was asked for and brings it into its normal form. Stricter than libvirt's schema where libvirt would
 * take a value and drop it without a word.
 * @throws HotnicError (exit 2, nothing was tried) with every problem in the message and what to type instead in
 *   `details.next`; the code is that of the first: `type-invalid`, `source-missing`, `source-unfit`,
 *   `source-invalid`, `mac-invalid`, `model-invalid`, `target-invalid`, `alias-invalid`, `address-invalid`,
 *   `mtu-invalid`, `link-invalid`, `vlan-invalid`, `bandwidth-invalid`, `coalesce-invalid`, `boot-invalid`,
 *   `filter-invalid`, `port-invalid`, `virtualport-invalid`, `teaming-invalid`, `driver-invalid`, `queues-invalid`,
 *   `backend-invalid`
 */
export function checkInterfaceSpec(input: InterfaceInput): InterfaceSpec {
  return collected((say) => {
    const type = oneOf(
      input.type,
      INTERFACE_TYPES,
      { code: 'type-invalid', what: 'the interface type' },
      say,
    );
    const spec = defined({
      type: type ?? 'user',
      ...(type === undefined ? {} : checkSource(input, type, say)),
      ...checkIdentity(input, say),
      driver: checkDriver(input, say),
      ...checkTraffic(input, say),
      virtualport: checkVirtualport(input.virtualport, say),
      teaming: checkTeaming(input.teaming, say),
      backend: checkBackend(input.backend, say),
    });
    return spec ?? { type: 'user' };
  });
}

function checkTeaming(input: InterfaceInput['teaming'], say: Say): TeamingSpec | undefined {
  if (!input) return undefined;
  const code = 'teaming-invalid';
  const type = oneOf(input.type, ['persistent', 'transient'], { code, what: 'the teaming type' }, say);
  const partner = 'persistent' in input ? input.persistent : undefined;
  if (type === 'persistent' && partner !== undefined) {
    say(
      code,
      'the persistent side of a team names no partner',
      'leave the partner out, or make it transient',
    );
    return undefined;
  }
  if (type === 'persistent') return { type };
  if (type === undefined) return undefined;
  if (partner === undefined) {
    say(code, 'a transient NIC needs its persistent partner', 'name the alias of the NIC that stays (ua-…)');
    return undefined;
  }
  const persistent = matching(
    partner,
    USER_ALIAS,
    { code, what: 'the persistent partner', shape: USER_ALIAS_SHAPE },
    say,
  );
  return persistent === undefined ? undefined : { type, persistent };
}

function checkBackend(input: InterfaceInput['backend'], say: Say): BackendSpec | undefined {
  if (!input) return undefined;
  const code = 'backend-invalid';
  return defined({
    type: oneOf(input.type, ['passt'], { code, what: 'the backend' }, say),
    tap: absolutePath(input.tap, { code, what: 'the tap device' }, say),
    vhost: absolutePath(input.vhost, { code, what: 'the vhost device' }, say),
    logFile: absolutePath(input.logFile, { code, what: 'the backend’s log file' }, say),
  });
}
