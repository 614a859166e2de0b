import type { NwfilterBindingRef } from '../protocol/types.js';
import { parseDefinition } from './definition.js';
import { childAttribute } from './xml/edit.js';

/** One simulated binding of a network filter. */
export class SimulatedFilterBinding {
  readonly xml: string;
  readonly ref: NwfilterBindingRef;

  constructor(xml: string) {
    const root = parseDefinition(xml, 'filterbinding');
    this.xml = xml;
    this.ref = {
      portdev: childAttribute(root, 'portdev', 'name') ?? '',
      filtername: childAttribute(root, 'filterref', 'filter') ?? '',
    };
  }
}
