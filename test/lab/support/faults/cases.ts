import type { CrashOrder } from '../crash/order.js';
import { FAULTS, type Fault } from './faults.js';
import type { OpenScene } from './scene.js';
import type { Truth } from './truth.js';

/** A change that a fault befalls. */
export interface Operation {
  readonly name: string;
  readonly operation: CrashOrder['operation'];
  readonly mac: string;
  readonly input: Readonly<Record<string, string>>;
  prepare(scene: OpenScene): Promise<void>;
  /** Which side of the change this is; a guest that cannot be asked does not count. */
  side(truth: Truth): 'before' | 'after' | 'neither';
}

/** One fault at one moment, and the exit code that docs/cli.md has for what comes of it. */
export interface FaultCase {
  readonly domain: string;
  readonly operation: Operation;
  readonly fault: Fault;
  readonly step: string;
  readonly moment: 'begin' | 'asked';
  /** More than one where it depends on what the guest had told before the fault. */
  readonly exits: readonly Exit[];
}

const MAC = '52:54:00:fa:17:01';

const isThere = ({ live, config, guest }: Truth) => live && config && guest !== false;
const isGone = ({ live, config, guest }: Truth) => !live && !config && guest !== true;

const ATTACH: Operation = {
  name: 'attach',
  operation: 'attach',
  mac: MAC,
  input: { mac: MAC },
  prepare: (scene) => scene.make({ live: false, config: false }),
  side: (truth) => (isThere(truth) ? 'after' : isGone(truth) ? 'before' : 'neither'),
};

const DETACH: Operation = {
  name: 'detach',
  operation: 'detach',
  mac: MAC,
  input: { mac: MAC },
  prepare: (scene) => scene.make({ live: true, config: true }),
  side: (truth) => (isGone(truth) ? 'after' : isThere(truth) && truth.up !== false ? 'before' : 'neither'),
};

/** A cure with all in it: the definition changes, the guest has to follow, and it can be taken back. */
const CLEAN: Operation = {
  name: 'clean (config-only)',
  operation: 'clean',
  mac: MAC,
  input: { kind: 'config-only', nic: MAC, choose: '2' },
  prepare: (scene) => scene.make({ live: false, config: true }),
  side: (truth) =>
    isThere(truth) ? 'after' : !truth.live && truth.config && truth.guest !== true ? 'before' : 'neither',
};

type Exit = 0 | 1 | 3 | 5;
type Row = readonly [keyof typeof FAULTS, FaultCase['moment'], string, ...Exit[]];

const ON_ATTACH: readonly Row[] = [
  ['libvirtd', 'begin', 'watch-guest', 1],
  ['libvirtd', 'begin', 'attach-device', 1],
  ['libvirtd', 'begin', 'prove-definitions', 0],
  ['libvirtd', 'begin', 'prove-guest', 0],
  ['sshCut', 'begin', 'watch-guest', 1],
  ['sshCut', 'begin', 'attach-device', 1],
  ['sshCut', 'begin', 'prove-guest', 1],
  ['sshSilent', 'begin', 'attach-device', 1],
  ['paused', 'begin', 'prove-guest', 5],
  ['rebooted', 'begin', 'attach-device', 1],
  ['rebooted', 'begin', 'prove-guest', 1],
  ['diskFull', 'begin', 'watch-guest', 1],
  ['diskFull', 'begin', 'attach-device', 1],
  ['diskFull', 'begin', 'prove-guest', 1],
];

const ON_DETACH: readonly Row[] = [
  ['libvirtd', 'begin', 'listen', 1],
  ['libvirtd', 'begin', 'quiesce', 1],
  ['libvirtd', 'begin', 'release', 1],
  ['libvirtd', 'asked', 'release', 0, 3],
  ['libvirtd', 'begin', 'remove-config', 0],
  ['libvirtd', 'begin', 'prove-definitions', 0],
  ['sshCut', 'begin', 'listen', 1],
  ['sshCut', 'begin', 'quiesce', 1],
  ['sshCut', 'begin', 'release', 3],
  ['sshCut', 'begin', 'remove-config', 0, 3],
  ['sshSilent', 'begin', 'quiesce', 1],
  ['sshSilent', 'begin', 'release', 3],
  ['paused', 'begin', 'quiesce', 1],
  ['paused', 'begin', 'release', 3],
  ['rebooted', 'begin', 'release', 3],
  ['rebooted', 'asked', 'release', 3],
  ['diskFull', 'begin', 'quiesce', 1],
  ['diskFull', 'begin', 'release', 1],
  ['diskFull', 'asked', 'release', 0],
  ['diskFull', 'begin', 'remove-config', 0],
];

const ON_CLEAN: readonly Row[] = [
  ['libvirtd', 'begin', 'still-holds', 0],
  ['libvirtd', 'begin', 'definition-add', 0],
  ['libvirtd', 'begin', 'cured', 0],
  ['sshCut', 'begin', 'still-holds', 1],
  ['sshCut', 'begin', 'cured', 3],
  ['sshSilent', 'begin', 'cured', 3],
  ['paused', 'begin', 'definition-add', 3],
  ['rebooted', 'begin', 'definition-add', 0, 3],
  ['rebooted', 'begin', 'cured', 0, 3],
  ['diskFull', 'begin', 'still-holds', 1],
  ['diskFull', 'begin', 'definition-add', 1],
  ['diskFull', 'begin', 'cured', 1],
];

const ON_NATIVE: readonly Row[] = [
  ['libvirtd', 'asked', 'release', 0, 3],
  ['paused', 'asked', 'release', 3],
];

/** All of them, detach after attach and so on, each with what it is to end in. */
export const CASES: readonly FaultCase[] = [
  ...cases('lab-q35', ATTACH, ON_ATTACH),
  ...cases('lab-q35', DETACH, ON_DETACH),
  ...cases('lab-q35', CLEAN, ON_CLEAN),
  ...cases('lab-q35-native', DETACH, ON_NATIVE),
];

function cases(domain: string, operation: Operation, rows: readonly Row[]): readonly FaultCase[] {
  const input = { ...operation.input, domain };
  return rows.map(([fault, moment, step, ...exits]) => ({
    domain,
    operation: { ...operation, input },
    fault: FAULTS[fault],
    step,
    moment,
    exits,
  }));
}
