import { banner } from './banner.js';
import { classOf, HANDLE_CLASSES, type HandleClass, methodName } from './handle-classes.js';
import { methodSource } from './method.js';
import type { Model, Procedure } from './model.js';
import { pascal } from './write-types.js';

/** Reads the handwritten class of a handle; its own methods are not generated. Empty where there is none. */
export type HandwrittenClass = (file: string) => string;

/** A base class for each handle, with a method for every function that libvirt offers on it: file name → content. */
export function writeHandles(
  model: Model,
  version: string,
  handwritten: HandwrittenClass,
): Map<string, string> {
  const methods = model.procedures.filter(isMethod);
  return new Map(
    HANDLE_CLASSES.map((handle) => [
      `${handle.file}-methods.ts`,
      writeClass(
        handle,
        methods.filter((procedure) => classOf(procedure) === handle),
        { version, own: handwritten(handle.file), structs: model.structs.map(({ name }) => pascal(name)) },
      ),
    ]),
  );
}

// Calls that need file descriptors, which a process cannot hand on from JavaScript, and those of opening and listening.
const NOT_METHODS =
  /WithFiles|OpenGraphics|FdAssociate|^connect(Open|Close|RegisterClose|UnregisterClose|SetIdentity)|Event.*(Register|Deregister)/;

function isMethod({ api, kind, name }: Procedure): boolean {
  return api !== '' && kind === 'call' && !NOT_METHODS.test(name);
}

interface Writing {
  readonly version: string;
  /** The source of the handwritten class. */
  readonly own: string;
  readonly structs: readonly string[];
}

function writeClass(handle: HandleClass, procedures: readonly Procedure[], writing: Writing): string {
  const { version, own, structs } = writing;
  const taken = new Set(
    [...own.matchAll(/^ {2}(?:async )?(?:get )?(\w+)\s*[<(]/gm)].map(([, name = '']) => name),
  );
  const written = procedures
    .map((procedure) => ({ procedure, method: methodName(procedure, handle) }))
    .filter(({ method }) => !taken.has(method))
    .sort((a, b) => (a.method < b.method ? -1 : 1))
    .map(({ procedure, method }) => methodSource(procedure, method, handle));
  const body = written.join('\n\n');
  const needed =
    handle.ref === ''
      ? 'protected abstract readonly self: Connection;'
      : `abstract readonly connection: Connection;\n  abstract readonly ref: ${pascal(handle.ref)};`;
  const source = `export abstract class ${handle.name}Methods {\n  ${needed}\n\n${body}\n}\n`;
  const doc = `/** The functions on a ${handle.name} that are passed on as they are; ${handle.file}.ts has the others. */\n`;
  return banner(version, `Methods of ${handle.name}.`) + imports(source, structs) + doc + source;
}

function imports(source: string, structs: readonly string[]): string {
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(source);
  const lines = [
    ...HANDLE_CLASSES.filter(({ name }) => uses(name)).map(({ name, file }) => {
      const type = source.includes(`new ${name}(`) ? '' : 'type ';
      return `import ${type}{ ${name} } from '../../${file}.js';`;
    }),
    `import type { CallOptions } from '../../rpc/call-options.js';`,
  ];
  const protocol = ['Args', 'ProcedureName', 'Result'].filter(uses);
  if (protocol.length > 0)
    lines.push(`import type { ${protocol.join(', ')} } from '../../protocol/procedures.js';`);
  if (uses('LibvirtStream'))
    lines.push(`import type { LibvirtStream } from '../../streams/libvirt-stream.js';`);
  if (uses('OpenedStream')) lines.push(`import type { OpenedStream } from '../../streams/open-stream.js';`);
  const params = ['fromTypedParams', 'toTypedParams'].filter(uses);
  const paramTypes = ['ParamsInput', 'Params'].filter(uses).map((name) => `type ${name}`);
  const all = [...params, ...paramTypes].join(', ');
  if (all !== '') lines.push(`import { ${all} } from '../../params.js';`);
  if (uses('charsToString')) lines.push(`import { charsToString } from '../../chars.js';`);
  const used = structs.filter((name) => uses(name) && !HANDLE_CLASSES.some((one) => one.name === name));
  if (used.length > 0) lines.push(`import type { ${used.sort().join(', ')} } from '../structs.js';`);
  return `${lines.join('\n')}\n\n`;
}
