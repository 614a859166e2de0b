import type { XmlElement } from './tree.js';

/** An element as it was read, and how it is written. */
export interface Known {
  readonly written: string;
  readonly element: XmlElement;
}

/**
 * What was read of the document before, by parent and place. The definitions of a hypervisor repeat each other: the same
 * controllers, models and sources in both halves of a domain, and in all domains made from one template. What is
 * written the same reads the same, and trees are never changed in place, so one tree serves them all.
 */
export class KnownElements {
  readonly #byParent = new Map<string, (Known | undefined)[]>();

  /** The children of the last element of that name, by their place; to be kept up to date by who reads on. */
  childrenOf(parent: string): (Known | undefined)[] {
    const there = this.#byParent.get(parent);
    if (there) return there;
    const fresh: (Known | undefined)[] = [];
    // Only names that libvirt has are many times worth it; a document that invents thousands shall not be remembered.
    if (this.#byParent.size < MOST_PARENTS) this.#byParent.set(parent, fresh);
    return fresh;
  }
}

const MOST_PARENTS = 256;
