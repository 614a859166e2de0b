import { ErrorCode } from '../../generated/constants/error-code.js';
import type { SimulatedFilterBinding } from '../filter-binding.js';
import { Failure, From } from '../failure.js';
import type { World } from '../world.js';
import type { Handlers } from './handler.js';

/** Bindings of network filters. */
export const filterBindingHandlers = {
  connectListAllNwfilterBindings: (_, { world }) => {
    const bindings = [...world.filterBindings.values()].map(({ ref }) => ref);
    return { bindings, ret: bindings.length };
  },
  nwfilterBindingLookupByPortDev: ({ name }, { world }) => ({ nwfilter: found(world, name).ref }),
  nwfilterBindingGetXmlDesc: ({ nwfilter }, { world }) => ({ xml: found(world, nwfilter.portdev).xml }),
  nwfilterBindingCreateXml: ({ xml }, { world }) => ({ nwfilter: world.addFilterBinding(xml).ref }),
  nwfilterBindingDelete: ({ nwfilter }, { world }) => {
    world.filterBindings.delete(found(world, nwfilter.portdev).ref.portdev);
    return {};
  },
} satisfies Handlers;

function found(world: World, name: string): SimulatedFilterBinding {
  const binding = world.filterBindings.get(name);
  if (binding !== undefined) return binding;
  throw new Failure(
    ErrorCode.NO_NWFILTER_BINDING,
    `no nwfilter binding for port dev '${name}'`,
    From.nwfilter,
  );
}
