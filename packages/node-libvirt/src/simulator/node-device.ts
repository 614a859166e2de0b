import { fieldOf, parseDefinition } from './definition.js';

/** A device of the host to start the simulator with. */
export interface NodeDeviceSetup {
  readonly xml: string;
}

/** One simulated device of the host. */
export class SimulatedNodeDevice {
  readonly name: string;
  readonly xml: string;
  readonly parent: string | null;
  readonly caps: readonly string[];
  /** The pass-through driver it was given to; null while its host driver has it. */
  driver: string | null = null;
  /** How often it was reset. */
  resets = 0;

  constructor({ xml }: NodeDeviceSetup) {
    const device = parseDefinition(xml, 'device');
    this.xml = xml;
    this.name = fieldOf(xml, device, 'name') ?? '';
    this.parent = fieldOf(xml, device, 'parent') ?? null;
    this.caps = device.children
      .filter(({ name }) => name === 'capability')
      .map(({ attributes }) => attributes.get('type') ?? '');
  }
}
