import { readFile, stat } from 'node:fs/promises';
import { fingerprint } from 'node-libvirt/known-hosts';
import ssh2, { createAgent, type BaseAgent, type ParsedKey } from 'ssh2';
import { quoteArgv } from '../quote.js';
import type { Hop, Identity } from './hop.js';

/** One key to offer. */
export interface Offer {
  readonly key: ParsedKey;
  /** The agent that signs; without it the key itself is private. */
  readonly agent?: BaseAgent;
  /** For messages: "ssh-ed25519 SHA256:… (agent)". */
  readonly label: string;
}

/** Keys in the order in which they are offered, and what was left out and why. */
export interface Offers {
  readonly offers: readonly Offer[];
  readonly notes: readonly string[];
}

/**
 * Collects the keys for a hop: agent keys that a file names, files that were asked for, other agent keys, default
 * files. Servers count every offer (MaxAuthTries, 6), so the likely ones come first and none comes twice.
 */
export async function collectOffers(hop: Hop): Promise<Offers> {
  const notes: string[] = [];
  const agentKeys = await readAgent(hop, notes);
  const files = await Promise.all(hop.identities.map((identity) => readIdentity(identity)));
  const inAgent = files.flatMap(({ publicKey }) =>
    agentKeys.filter((offer) => publicKey !== undefined && same(offer.key.getPublicSSH(), publicKey)),
  );
  const fromFiles = (explicit: boolean): Offer[] =>
    files.filter((one) => one.identity.explicit === explicit).flatMap(({ offer }) => offer ?? []);
  const ordered = [
    ...inAgent,
    ...fromFiles(true),
    ...(hop.identitiesOnly ? [] : agentKeys),
    ...fromFiles(false),
  ];
  for (const { note, publicKey } of files) {
    const covered =
      publicKey !== undefined && agentKeys.some((one) => same(one.key.getPublicSSH(), publicKey));
    if (note !== undefined && !covered) {
      notes.push(note);
    }
  }
  const seen = new Set<string>();
  const offers = ordered.filter(({ key }) => {
    const id = key.getPublicSSH().toString('base64');
    return seen.has(id) ? false : seen.add(id);
  });
  return { offers, notes };
}

async function readAgent(hop: Hop, notes: string[]): Promise<Offer[]> {
  const socket = hop.agentSocket;
  if (socket === undefined || socket === '') {
    return [];
  }
  const agent = createAgent(socket);
  return new Promise((resolve) => {
    agent.getIdentities((error, keys) => {
      if (error) {
        notes.push(`the agent at ${socket} could not be asked: ${error.message}`);
      }
      resolve((keys ?? []).flatMap((key) => agentOffer(agent, key)));
    });
  });
}

function agentOffer(agent: BaseAgent, key: unknown): Offer[] {
  return isParsedKey(key) ? [{ key, agent, label: `${labelOf(key)} (agent)` }] : [];
}

function isParsedKey(key: unknown): key is ParsedKey {
  return typeof key === 'object' && key !== null && 'getPublicSSH' in key;
}

interface IdentityFile {
  readonly identity: Identity;
  readonly offer?: Offer;
  readonly publicKey?: Buffer;
  readonly note?: string;
}

async function readIdentity(identity: Identity): Promise<IdentityFile> {
  const { file } = identity;
  const publicKey = await readPublic(`${file}.pub`);
  const base = { identity, ...(publicKey === undefined ? {} : { publicKey }) };
  let text: Buffer;
  try {
    text = await readFile(file);
    const { mode } = await stat(file);
    if ((mode & 0o077) !== 0 && !text.toString('latin1', 0, 4).startsWith('ssh-')) {
      return {
        ...base,
        note: `${file} was left out: others may read it (${quoteArgv(['chmod', '600', file])})`,
      };
    }
  } catch (error) {
    // A key may live in the agent alone, with only its public half on the disk.
    const missed = identity.explicit && publicKey === undefined;
    return missed ? { ...base, note: `${file} cannot be read: ${String(error)}` } : base;
  }
  const key: ParsedKey | Error = ssh2.utils.parseKey(text);
  if (key instanceof Error) {
    return { ...base, note: parseNote(file, key) };
  }
  return key.isPrivateKey()
    ? { identity, publicKey: key.getPublicSSH(), offer: { key, label: `${labelOf(key)} (${file})` } }
    : { identity, publicKey: key.getPublicSSH() };
}

async function readPublic(file: string): Promise<Buffer | undefined> {
  try {
    const key: ParsedKey | Error = ssh2.utils.parseKey(await readFile(file));
    return key instanceof Error ? undefined : key.getPublicSSH();
  } catch {
    return undefined;
  }
}

function parseNote(file: string, error: Error): string {
  return /passphrase|encrypted/i.test(error.message)
    ? `${file} has a passphrase, and the agent does not hold it (${quoteArgv(['ssh-add', file])})`
    : `${file} cannot be used: ${error.message}`;
}

function labelOf(key: ParsedKey): string {
  return `${key.type} ${fingerprint(key.getPublicSSH())}`;
}

function same(one: Buffer, other: Buffer): boolean {
  return one.equals(other);
}
