import type { Channel } from '../../channel/channel.js';
import { isHotnicError } from '../../errors/hotnic-error.js';
import { isNetdevName } from './netdev-name.js';

/** The character device of a macvtap as "MAJOR:MINOR" in decimal; null where the kernel has none of that name. */
export async function macvtapDevice(
  host: Channel,
  name: string,
  ifindex: number,
  signal?: AbortSignal,
): Promise<string | null> {
  if (!isNetdevName(name)) return null;
  try {
    const path = `/sys/class/net/${name}/tap${ifindex}/dev`;
    const text = await host.readFile(path, { limit: 4096, ...(signal === undefined ? {} : { signal }) });
    const device = text.toString('utf8').trim();
    return /^\d+:\d+$/.test(device) ? device : null;
  } catch (error) {
    if (isHotnicError(error, 'file-not-found')) return null;
    throw error;
  }
}
