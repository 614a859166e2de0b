import type { ConfigFile, ConfigLine, GuestConfigFiles } from './probe-deep-types.js';

// Where the probe looks; a path that is none of these was made up.
const PLACES =
  /^\/(?:etc\/(?:network|netplan|NetworkManager|sysconfig|systemd\/network|udev\/rules\.d|cloud)|var\/lib\/cloud)\/[\x20-\x7e]{1,300}$/;
const MAX_FILES = 300;

/** Reads the probe's "config" section: sums first, then ">PATH" and "=NUMBER:TEXT" lines, "." when it is whole. */
export function readConfigFiles(lines: readonly string[]): GuestConfigFiles {
  const sums = new Map<string, string>();
  const files = new Map<string, ConfigLine[]>();
  let current: ConfigLine[] | null = null;
  for (const line of lines) {
    if (line.startsWith('>')) {
      const path = line.slice(1);
      current = isConfigPath(path) && files.size < MAX_FILES ? [] : null;
      if (current && !files.has(path)) files.set(path, current);
    } else if (line.startsWith('=')) {
      const match = /^=(\d{1,6}):(.*)$/.exec(line);
      if (match && current) current.push({ number: Number(match[1]), text: match[2] ?? '' });
    } else {
      const match = /^([0-9a-f]{64}) [ *](\/.*)$/.exec(line);
      if (match) sums.set(match[2] ?? '', match[1] ?? '');
    }
  }
  const all = [...files].map(([path, text]): ConfigFile => ({
    path,
    sha256: sums.get(path) ?? null,
    lines: text,
  }));
  return {
    files: all,
    complete: lines.includes('.') && all.length < MAX_FILES && all.every((file) => file.lines.length < 2000),
  };
}

/** The path is in a folder of the guest's network configuration, plain, and leads nowhere else. */
export function isConfigPath(path: string): boolean {
  return (
    PLACES.test(path) &&
    !path.split('/').some((part) => (part === '' ? false : part === '.' || part === '..'))
  );
}
