import { AffectFlags } from 'node-libvirt';
import { HotnicError, usageError } from '../../errors/hotnic-error.js';
import type { DomainView } from '../../hypervisor/domain-view.js';

/** What the user said about which definition to change; the words mean what they mean in virsh. */
export interface AffectWords {
  readonly live: boolean;
  readonly config: boolean;
  readonly current: boolean;
  readonly persistent: boolean;
}

/** Which definitions a change applies to; at least one. */
export interface Affect {
  readonly live: boolean;
  readonly config: boolean;
}

/**
 * Which definitions to change. Without a word it is every one that there is, so that they keep agreeing.
 * @throws HotnicError `affect-conflict` (exit 2), `domain-not-running`, `domain-transient`
 */
export function resolveAffect(words: AffectWords, view: DomainView): Affect {
  checkAffectWords(words);
  if (words.current) return view.active ? { live: true, config: false } : { live: false, config: true };
  const given = words.live || words.config || words.persistent;
  const affect = given
    ? { live: words.live || (words.persistent && view.active), config: words.config || words.persistent }
    : { live: view.active, config: view.persistent };
  if (affect.live && !view.active)
    throw new HotnicError(
      'domain-not-running',
      `${view.name} is shut off: there is no running definition to change`,
      {
        state: 'nothing was changed',
        next: 'leave --live out to change the persistent definition, or start the domain',
      },
    );
  if (affect.config && !view.persistent)
    throw new HotnicError(
      'domain-transient',
      `${view.name} is transient: it has no persistent definition to change`,
      {
        state: 'nothing was changed',
        next: 'leave --config out to change the running definition alone',
      },
    );
  return affect;
}

/** Refuses words that contradict each other. Throws HotnicError `affect-conflict` (exit 2). */
export function checkAffectWords(words: AffectWords): void {
  if (words.current && (words.live || words.config || words.persistent))
    throw usageError(
      'affect-conflict',
      '--current cannot be combined with --live, --config or --persistent',
      'leave --current out',
    );
}

/** The same as libvirt's flags. */
export function affectFlags(affect: Affect): number {
  return (affect.live ? AffectFlags.LIVE : 0) | (affect.config ? AffectFlags.CONFIG : 0);
}

/** In words: "the running and the persistent definition". */
export function affectText(affect: Affect): string {
  if (affect.live && affect.config) return 'the running and the persistent definition';
  return affect.live ? 'the running definition' : 'the persistent definition';
}
