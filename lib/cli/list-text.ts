import { printable } from '../guest/printable.js';
import type { Nic, PlaneName } from '../nic/sighting.js';
import type { DomainNics } from '../operations/read-nics.js';
import { table } from './table.js';

/** The table of `hotnic list`, one NIC a row; verdicts that need something are explained below it. */
export function listText(domains: readonly DomainNics[]): string {
  const rows = domains.flatMap((domain) =>
    domain.nics.map(({ nic, verdict }) => [domain.domain, ...cells(nic, domain), verdict.kind]),
  );
  if (rows.length === 0)
    return domains.length === 0
      ? 'this hypervisor has no domains'
      : `no NICs in ${domains.map(({ domain }) => domain).join(', ')}`;
  const notes = domains.flatMap(({ domain, nics }) =>
    nics
      .filter(
        ({ verdict }) =>
          verdict.kind !== 'healthy' && verdict.kind !== 'offline' && verdict.kind !== 'unmanaged',
      )
      .flatMap(({ verdict }) => [
        `${domain}: ${verdict.kind}: ${verdict.summary}`,
        ...(verdict.next === undefined ? [] : [`  next: ${verdict.next}`]),
      ]),
  );
  const heads = [
    'DOMAIN',
    'ALIAS',
    'MAC',
    'SOURCE',
    'CONFIG',
    'LIVE',
    'HOST',
    'GUEST-PCI',
    'GUEST-NET',
    'VERDICT',
  ];
  const shown = table(
    heads,
    rows.map((row) => row.map((cell) => printable(cell))),
  );
  return notes.length === 0 ? shown : `${shown}\n\n${notes.map((note) => printable(note)).join('\n')}`;
}

function cells(nic: Nic, domain: DomainNics): string[] {
  const definition = nic.sightings.live ?? nic.sightings.config;
  const source = definition?.facts['source'];
  return [
    nic.alias ?? '-',
    nic.mac ?? '-',
    typeof source === 'string' && source !== '' ? source : '-',
    cell(nic, domain, 'config', () => 'yes'),
    cell(nic, domain, 'live', () => 'yes'),
    cell(nic, domain, 'host', (name) => name),
    cell(nic, domain, 'guest-pci', (name) => name),
    cell(nic, domain, 'guest-net', (name) => name),
  ];
}

/** "?" for a plane that was not read: it says nothing, unlike "no". */
function cell(nic: Nic, { readings }: DomainNics, plane: PlaneName, show: (name: string) => string): string {
  const sighting = nic.sightings[plane];
  if (sighting) return show(sighting.name ?? 'yes');
  const state = readings.find((reading) => reading.plane === plane)?.state;
  if (state === 'absent') return '-';
  if (state !== 'read') return '?';
  return plane === 'host' && nic.sightings.live?.facts['hostNetdev'] === false ? '-' : 'no';
}
