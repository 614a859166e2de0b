import type { Document, LineCounter, Pair, YAMLMap } from 'yaml';
import { parseMac } from '../../nic/mac-address.js';
import type { ConfigFile } from '../probe-deep-types.js';
import type { ConfigClaim, ConfigClaims, ConfigSystem, Cut } from './claim.js';
import { byName, isExact } from './names.js';
import { yaml } from './yaml.js';

// Sections whose devices netplan makes itself, or that are no Ethernet (netplan's YAML reference).
const MADE = ['bonds', 'bridges', 'vlans', 'tunnels', 'vrfs', 'dummy-devices', 'virtual-ethernets'];

/** netplan's YAML, which is cloud-init's version 2 too: the entries of "ethernets" that name one NIC. */
export function readNetplan(file: ConfigFile, system: ConfigSystem = 'netplan'): ConfigClaims {
  const { isMap, LineCounter } = yaml();
  const counter = new LineCounter();
  const document = readYaml(file, counter);
  const network = document ? document.get('network') : null;
  if (!document || !isMap(network)) return { claims: [], made: [] };
  const ethernets = network.get('ethernets');
  const made = MADE.flatMap((section) => keysOf(network.get(section)));
  if (!isMap(ethernets)) return { claims: [], made };
  const claims = ethernets.items.flatMap((pair): ConfigClaim[] => {
    const id = keyOf(pair);
    const node = pair.value;
    const identity = isMap(node) && node.has('match') ? byMatch(node.get('match')) : byName(id);
    if (identity === null || (identity.mac === null && identity.name === null)) return [];
    const gives = isMap(node) ? node.get('set-name') : undefined;
    return [
      {
        system,
        file: file.path,
        line: lineOf(pair, counter) ?? 1,
        ...identity,
        gives: typeof gives === 'string' && isExact(gives) ? gives : null,
        cut: cutOf(file, document, network, ethernets, pair, counter),
      },
    ];
  });
  return { claims, made };
}

/** A document of sane size whose lines are the file's; null when it is none. */
export function readYaml(file: ConfigFile, counter: LineCounter): Document | null {
  // A file that the probe cut short has another meaning than the whole one.
  if (file.lines.length >= 2000 || file.lines.some(({ number }, index) => number !== index + 1)) return null;
  const { isMap, parseDocument } = yaml();
  const document = parseDocument(file.lines.map(({ text }) => text).join('\n') + '\n', {
    lineCounter: counter,
    strict: false,
    uniqueKeys: false,
    logLevel: 'silent',
  });
  return document.errors.length > 0 || !isMap(document.contents) ? null : document;
}

function byMatch(match: unknown): Pick<ConfigClaim, 'mac' | 'name'> | null {
  if (!yaml().isMap(match)) return null;
  const address = match.get('macaddress');
  const name = match.get('name');
  const mac = typeof address === 'string' ? parseMac(address) : null;
  if (mac !== null) return { mac, name: null };
  return address === undefined && typeof name === 'string' ? byName(name) : null;
}

function cutOf(
  file: ConfigFile,
  document: Document,
  network: YAMLMap,
  ethernets: YAMLMap,
  pair: Pair,
  counter: LineCounter,
): Cut {
  const { isMap, visit } = yaml();
  const id = keyOf(pair);
  let mentions = 0;
  visit(document, {
    Scalar(_key, node) {
      if (node.value === id) mentions += 1;
    },
  });
  const setName = isMap(pair.value) ? pair.value.get('set-name') : undefined;
  if (mentions > (setName === id ? 2 : 1))
    return { kind: 'by-hand', why: `${id} is used by another device of the same file` };
  const others = network.items
    .map(keyOf)
    .filter((key) => !['version', 'renderer', 'ethernets'].includes(key));
  const root = document.contents;
  const alone = isMap(root) && root.items.length === 1;
  if (ethernets.items.length === 1 && others.length === 0 && alone) return { kind: 'file' };
  if (ethernets.flow === true || network.flow === true)
    return { kind: 'by-hand', why: 'it is written in one line with others' };
  const target =
    ethernets.items.length === 1 ? network.items.find((one) => keyOf(one) === 'ethernets') : pair;
  const from = target ? lineOf(target, counter) : null;
  const end = endOf(pair, counter) ?? from;
  if (from === null || end === null) return { kind: 'by-hand', why: 'its lines could not be told apart' };
  return { kind: 'lines', ranges: [[from, lastLine(file, from, end)]] };
}

/** Blank lines and comments after an entry stay. */
function lastLine(file: ConfigFile, from: number, end: number): number {
  let last = end;
  while (last > from && /^\s*(?:#|$)/.test(file.lines[last - 1]?.text ?? '')) last -= 1;
  return last;
}

function keyOf(pair: Pair): string {
  return yaml().isScalar(pair.key) && typeof pair.key.value === 'string' ? pair.key.value : '';
}

function keysOf(node: unknown): string[] {
  return yaml().isMap(node) ? node.items.map(keyOf) : [];
}

function lineOf(pair: Pair, counter: LineCounter): number | null {
  const start = yaml().isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  return start === undefined ? null : counter.linePos(start).line;
}

function endOf(pair: Pair, counter: LineCounter): number | null {
  const { isMap, isScalar } = yaml();
  const range = isMap(pair.value) || isScalar(pair.value) ? pair.value.range : undefined;
  return range ? counter.linePos(Math.max(range[0], range[1] - 1)).line : null;
}
