import type { Facts } from './probe-facts.js';
import { orNull } from './probe-facts.js';
import type { BootState } from './probe-types.js';

/**
 * Has the guest finished booting? systemd is asked. Elsewhere a login that works proves that the kernel is through
 * with its own PCI scan, which is what hot-plugging needs; udev's queue tells whether devices still settle.
 */
export function judgeBoot(facts: Facts): BootState {
  const init = orNull(facts.one('init'));
  const systemd = facts.all('systemd')[0];
  if (systemd !== undefined) return { ...ofSystemd(systemd), init };
  const name = init === null ? 'process 1' : `process 1 (${init})`;
  if (facts.has('openrc', 'starting'))
    return { state: 'running', reason: 'OpenRC is still starting services', init };
  if (facts.has('udev', 'busy')) {
    return {
      state: 'running',
      reason: `${name} is not systemd, and udev still works on earlier events`,
      init,
    };
  }
  if (init === null) return { state: 'unknown', reason: 'the name of process 1 cannot be read', init };
  return {
    state: 'finished',
    reason: `${name} is not systemd; the login works and udev has nothing waiting`,
    init,
  };
}

function ofSystemd(answer: string): { state: BootState['state']; reason: string } {
  const reason = `systemctl is-system-running says "${answer}"`;
  if (answer === 'running' || answer === 'degraded') return { state: 'finished', reason };
  if (answer === 'initializing' || answer === 'starting') return { state: 'running', reason };
  if (answer === '') return { state: 'unknown', reason: 'systemd does not answer' };
  return { state: 'unknown', reason };
}
