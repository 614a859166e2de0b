import { driverNamed } from '../hardware/drivers.js';
import type { GuestNetdev } from '../probe-types.js';
import { ethtoolValues, type EthtoolAnswers } from './ethtool.js';
import type { LinkFacts } from './inspect-types.js';

/** Link, speed and duplex of a NIC as each tool says, with the reason why they read so. */
export function linkFacts(
  netdev: GuestNetdev,
  driver: string | null,
  answers: EthtoolAnswers | undefined,
): LinkFacts {
  const values = ethtoolValues(answers?.get(''));
  const value = (key: string) => values.get(key) ?? null;
  const ethtool =
    values.size === 0
      ? null
      : { speed: value('Speed'), duplex: value('Duplex'), link: value('Link detected') };
  // An old kernel gives 4294967295, SPEED_UNKNOWN without its sign (linux/ethtool.h).
  const speed = netdev.speed === null || netdev.speed >= 4_294_967_295 ? null : netdev.speed;
  return {
    operstate: netdev.operstate,
    up: netdev.up,
    carrier: netdev.carrier,
    speed,
    duplex: netdev.duplex,
    ethtool,
    autoNegotiation: value('Auto-negotiation'),
    why: [...reasons(netdev, driver, speed), ...differences(netdev, speed, ethtool)],
  };
}

function reasons(netdev: GuestNetdev, driver: string | null, speed: number | null): string[] {
  if (!netdev.up) return ['it is administratively down: sysfs gives neither carrier nor speed of such a NIC'];
  const known = driverNamed(driver);
  if (known) return [`${known.driver}: ${known.speed}`];
  return speed === null ? ['its driver tells no speed'] : [];
}

function differences(netdev: GuestNetdev, speed: number | null, ethtool: LinkFacts['ethtool']): string[] {
  if (ethtool === null) return [];
  const found: string[] = [];
  const said = /^(\d{1,9})Mb\/s$/.exec(ethtool.speed ?? '')?.[1];
  if (said !== undefined && speed !== null && Number(said) !== speed)
    found.push(`ethtool says ${said} Mbit/s and sysfs ${speed}: it changed between the two readings`);
  if (said !== undefined && speed === null)
    found.push(`ethtool says ${said} Mbit/s and sysfs nothing: sysfs speaks only of a NIC that is up`);
  if (speed === null && /^Unknown/.test(ethtool.speed ?? ''))
    found.push('"Unknown!" of ethtool, -1 of sysfs and no answer of mii-tool mean the same');
  if (netdev.operstate === 'unknown' && netdev.carrier === true)
    found.push(
      'operstate "unknown" beside a carrier: the driver does not report link changes, the link is usable',
    );
  if (netdev.duplex === 'half')
    found.push('half duplex on a virtual link is a label that was left over: no collisions happen there');
  return found;
}
