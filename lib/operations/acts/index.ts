import type { Act } from './act.js';
import { askRemoval } from './ask-removal.js';
import { definitionAdd } from './definition-add.js';
import { definitionRemove } from './definition-remove.js';
import { definitionReplace } from './definition-replace.js';
import { domainReset } from './domain-reset.js';
import { linkSet } from './link-set.js';
import { monitorDeviceDel } from './monitor-device-del.js';
import { monitorNetdevDel } from './monitor-netdev-del.js';
import { nicReplace } from './nic-replace.js';
import { portIsolate } from './port-isolate.js';
import { bridgePortRemove } from './bridge-port-remove.js';
import { hostNetdevDelete } from './host-netdev-delete.js';
import { leaseDrop } from './lease-drop.js';
import { neighbourDelete } from './neighbour-delete.js';
import { networkPortDelete } from './network-port-delete.js';
import { nwfilterBindingDelete } from './nwfilter-binding-delete.js';
import { ovsPortDelete } from './ovs-port-delete.js';
import { savedVfDrop } from './saved-vf-drop.js';
import { hostdevAdd } from './hostdev-add.js';
import { hostdevRemove } from './hostdev-remove.js';
import { vfReturn } from './vf-return.js';
import { vfSet } from './vf-set.js';
import { vfsCreate } from './vfs-create.js';
import { xenstoreRemove } from './xenstore-remove.js';
import { functionDetach } from './function-detach.js';
import { functionReattach } from './function-reattach.js';
import { functionReset } from './function-reset.js';
import { functionRestore } from './function-restore.js';
import { guestBindDriver } from './guest-bind-driver.js';
import { guestLoadModule } from './guest-load-module.js';
import { guestParkConfig } from './guest-park-config.js';
import { guestReleaseHolders } from './guest-release-holders.js';
import { guestRemoveFunction } from './guest-remove-function.js';
import { guestRescan } from './guest-rescan.js';

/** Every act there is, by name. A journal names them, so a name never changes its meaning. */
const ACTS = [
  functionDetach,
  functionReattach,
  functionReset,
  functionRestore,
  guestBindDriver,
  guestLoadModule,
  guestParkConfig,
  guestReleaseHolders,
  guestRemoveFunction,
  guestRescan,
  askRemoval,
  definitionAdd,
  definitionRemove,
  definitionReplace,
  domainReset,
  linkSet,
  monitorDeviceDel,
  monitorNetdevDel,
  nicReplace,
  portIsolate,
  bridgePortRemove,
  hostNetdevDelete,
  leaseDrop,
  neighbourDelete,
  networkPortDelete,
  nwfilterBindingDelete,
  ovsPortDelete,
  savedVfDrop,
  hostdevAdd,
  hostdevRemove,
  vfReturn,
  vfSet,
  vfsCreate,
  xenstoreRemove,
] as const satisfies readonly Act[];

/** The act of a name; null where this hotnic has none of that name. */
export function actNamed(name: string): Act | null {
  return ACTS.find((act) => act.name === name) ?? null;
}
