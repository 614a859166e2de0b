import { checkInterfaceSpec, type BandwidthSpec } from '../xml/interface-spec.js';
import type { UpdateOptions } from '../operations/update/update.js';
import type { ParsedArgs } from './command.js';
import { bandwidth } from './interface-options.js';

/** What `hotnic update` was asked to change. Throws HotnicError `bandwidth-invalid` (exit 2). */
export function interfaceChanges(args: ParsedArgs): Pick<UpdateOptions, 'changes' | 'source'> {
  const link = args.text('link');
  const inbound = limits(args, 'inbound');
  const outbound = limits(args, 'outbound');
  return {
    changes: {
      ...(link === 'up' || link === 'down' ? { link } : {}),
      ...(inbound === undefined ? {} : { inbound }),
      ...(outbound === undefined ? {} : { outbound }),
    },
    source: args.text('source') ?? null,
  };
}

/** The limits of one direction, `--bandwidth` standing for both; null takes them away, undefined leaves them. */
function limits(args: ParsedArgs, direction: 'inbound' | 'outbound'): BandwidthSpec | null | undefined {
  const typed = args.text(direction) ?? args.text('bandwidth');
  if (typed === undefined) return undefined;
  if (typed === '0') return null;
  return checkInterfaceSpec({ type: 'network', network: 'any', [direction]: bandwidth(typed) })[direction];
}
