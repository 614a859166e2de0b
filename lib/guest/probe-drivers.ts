import { parsePciAddress } from '../nic/pci-address.js';
import { malformed } from './malformed.js';
import type { ModuleRule, UnboundFunction } from './probe-deep-types.js';

const MODULE = /^[\w-]{1,63}$/;
const MAX_LINES = 5_000;

/**
 * Reads the probe's "drivers" section: lines "fn", "module", "log" by PCI address, "autoprobe" by bus, "rule" for
 * modprobe.d. `cmdline` is the kernel's, which can keep modules out as well.
 */
export function readUnbound(lines: readonly string[], cmdline: string): UnboundFunction[] {
  if (lines.length > MAX_LINES) throw malformed('it says more about drivers than there is to say', '');
  const rows = lines.map((line) => line.split('\t'));
  const of = (tag: string, key: string) =>
    rows.filter((row) => row[0] === tag && row[1] === key).map((row) => row.slice(2));
  const rules = [
    ...rows.filter(([tag]) => tag === 'rule').flatMap((row) => modprobeRule(row.slice(1).join('\t'))),
    ...argumentRules(cmdline),
  ];
  return rows
    .filter(([tag]) => tag === 'fn')
    .map(([, text = '', bus, device = '', , modalias = '']) => {
      const address = parsePciAddress(text);
      if (address === null || (bus !== 'pci' && bus !== 'virtio') || !isDevice(device))
        throw malformed('a function without a driver has no place', text);
      const modules = modulesOf(of('module', text));
      return {
        address,
        bus,
        device,
        modalias,
        modules,
        rules: rules.filter((rule) => modules.some(({ name }) => sameModule(name, rule.module))),
        autoprobe: of('autoprobe', bus)[0]?.[0] !== '0',
        log: sinceEnumerated(of('log', text).map((words) => words.join(' '))),
      };
    });
}

/** Lines about the device that is there now, not about one that was at the address before. */
function sinceEnumerated(lines: readonly string[]): readonly string[] {
  const last = lines.findLastIndex((line) => /: \[[0-9a-f]{4}:[0-9a-f]{4}\] type /.test(line));
  return lines.slice(Math.max(0, last)).slice(-20);
}

function isDevice(name: string): boolean {
  return /^virtio\d{1,6}$/.test(name) || parsePciAddress(name) !== null;
}

function modulesOf(rows: readonly (readonly string[])[]): UnboundFunction['modules'] {
  const found = new Map<string, 'loaded' | 'available'>();
  for (const [name = '', state] of rows)
    if (MODULE.test(name) && found.size < 20) found.set(name, state === 'loaded' ? 'loaded' : 'available');
  return [...found].map(([name, state]) => ({ name, state }));
}

/** "FILE:LINE:blacklist NAME", "FILE:LINE:install NAME COMMAND" (modprobe.d(5)); anything else is passed over. */
function modprobeRule(text: string): ModuleRule[] {
  const match = /^(\/[^:]{1,300}):(\d{1,6}):\s*(blacklist|install)\s+([\w-]{1,63})(?:\s.*)?$/.exec(text);
  if (!match) return [];
  const [, file = '', line = '', kind, module = ''] = match;
  return [
    {
      module,
      kind: kind === 'install' ? 'install' : 'blacklist',
      where: `${file}:${line}`,
      text: text.slice(file.length + line.length + 2).trim(),
    },
  ];
}

/** modprobe.blacklist= is modprobe's and only keeps aliases out; module_blacklist= is the kernel's and final. */
function argumentRules(cmdline: string): ModuleRule[] {
  return [...cmdline.matchAll(/(?:^|\s)((module_blacklist|modprobe\.blacklist)=(\S+))/g)].flatMap(
    ([, text = '', key, list = '']) =>
      list.split(',').map((module) => ({
        module,
        kind: key === 'module_blacklist' ? ('kernel-argument' as const) : ('blacklist' as const),
        where: 'kernel command line',
        text,
      })),
  );
}

/** Module names are the same with `-` and `_`, as the kernel has it. */
function sameModule(a: string, b: string): boolean {
  return a.replaceAll('-', '_') === b.replaceAll('-', '_');
}
