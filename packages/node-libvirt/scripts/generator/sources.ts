import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Api, readApi } from './api.js';
import { type Model, toModel } from './model.js';
import { readXdrFile, type XdrFile } from './xdr-file.js';

/** Everything that is read of a version of libvirt. */
export interface Libvirt {
  /** "11.3.0" */
  readonly version: string;
  readonly model: Model;
  readonly api: Api;
}

/**
 * Reads a folder that holds remote_protocol.x, qemu_protocol.x, virnetprotocol.x, libvirt-api.xml and
 * libvirt-qemu-api.xml; fetch-sources.ts makes one.
 */
export function readSources(folder: string): Libvirt {
  const text = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const xdr = (name: string): XdrFile => readXdrFile(text(name));
  const api = readApi([text('libvirt-api.xml'), text('libvirt-qemu-api.xml')]);
  const number = api.numbers.get('LIBVIR_VERSION_NUMBER') ?? 0;
  const version = [Math.floor(number / 1e6), Math.floor(number / 1000) % 1000, number % 1000].join('.');
  const files = {
    remote: xdr('remote_protocol.x'),
    qemu: xdr('qemu_protocol.x'),
    net: xdr('virnetprotocol.x'),
  };
  return { version, model: toModel(files, api), api };
}
