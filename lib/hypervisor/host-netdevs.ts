import type { Channel } from '../channel/channel.js';
import { isHotnicError } from '../errors/hotnic-error.js';

/** A network device of the hypervisor's kernel, as far as a NIC needs it. */
export interface HostNetdev {
  readonly name: string;
  readonly operstate: string;
  /** The bridge or bond it is a port of. */
  readonly master: string | null;
}

// dev_valid_name, net/core/dev.c: shorter than IFNAMSIZ (16), neither "." nor "..", no '/', ':' or white space.
const NAME = /^(?!\.{1,2}$)[^\s/:]{1,15}$/;

/** Reads one netdev from sysfs; null when the kernel has none of that name. */
export async function readHostNetdev(
  host: Channel,
  name: string,
  signal?: AbortSignal,
): Promise<HostNetdev | null> {
  if (!NAME.test(name)) return null;
  const options = { limit: 4096, ...(signal === undefined ? {} : { signal }) };
  const text = async (file: string) => {
    try {
      return (await host.readFile(`/sys/class/net/${name}/${file}`, options)).toString('utf8').trim();
    } catch (error) {
      if (isHotnicError(error, 'file-not-found')) return null;
      throw error;
    }
  };
  const [operstate, master] = await Promise.all([text('operstate'), text('master/uevent')]);
  if (operstate === null) return null;
  return { name, operstate, master: /^INTERFACE=(.+)$/m.exec(master ?? '')?.[1] ?? null };
}

/** True when the host's kernel has a bridge of that name. */
export async function isHostBridge(host: Channel, name: string, signal?: AbortSignal): Promise<boolean> {
  if (!NAME.test(name)) return false;
  try {
    await host.readFile(`/sys/class/net/${name}/bridge/bridge_id`, {
      limit: 4096,
      ...(signal === undefined ? {} : { signal }),
    });
    return true;
  } catch (error) {
    if (isHotnicError(error, 'file-not-found')) return false;
    throw error;
  }
}
