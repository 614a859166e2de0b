import type { MachineFacts } from '../hardware/platform-types.js';

/** What the "machine" section says beside the platform's facts. */
export interface MachineSection {
  readonly facts: MachineFacts;
  readonly daemons: readonly string[];
  /** Command lines of DHCP clients, "dhclient -4 eth0". */
  readonly dhcp: readonly string[];
  /** Programs of an inspection that the guest has. */
  readonly has: ReadonlySet<string>;
}

const DMI = new Set(
  'sys_vendor product_name product_version product_uuid bios_vendor bios_version board_vendor board_name board_asset_tag chassis_vendor chassis_asset_tag'.split(
    ' ',
  ),
);

/** Reads the "machine" section: lines KEY TAB VALUE. */
export function readMachine(lines: readonly string[]): MachineSection {
  const rows = lines.flatMap((line): [string, string][] => {
    const tab = line.indexOf('\t');
    return tab < 1
      ? []
      : [
          [
            line.slice(0, tab),
            line
              .slice(tab + 1)
              .trim()
              .slice(0, 300),
          ],
        ];
  });
  const all = (key: string) => rows.filter(([name]) => name === key).map(([, value]) => value);
  const one = (key: string) => all(key).find((value) => value !== '') ?? null;
  const lscpu = (key: string) =>
    all('lscpu')
      .map((line) => /^([^:]{1,40}):\s*(.*)$/.exec(line))
      .find((match) => match?.[1] === key)?.[2] ?? null;
  return {
    facts: {
      dmi: new Map(rows.filter(([key, value]) => DMI.has(key) && value !== '')),
      hypervisorType: one('hypervisor-type'),
      guestType: one('hypervisor-guest_type'),
      hypervisorVendor: lscpu('Hypervisor vendor'),
      virtualizationType: lscpu('Virtualization type'),
      clocksource: one('clocksource'),
      hypervisorFlag: all('cpu-flag').includes('hypervisor'),
    },
    daemons: [...new Set(all('daemon'))],
    // Behind the process's name comes its command line, which begins with the program again.
    dhcp: all('dhcp').map((line) => {
      const [name = '', , ...words] = line.split(' ');
      return [name, ...words].join(' ');
    }),
    has: new Set(all('have')),
  };
}
