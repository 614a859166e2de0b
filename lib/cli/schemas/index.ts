import { z } from 'zod';
import { attachDocument } from './attach.js';
import { detachDocument } from './detach.js';
import { ghostsCleanDocument, ghostsExplainDocument, ghostsScanDocument } from './ghosts.js';
import { guestCheckDocument, guestInspectDocument } from './guest.js';
import { journalListDocument, journalRunDocument } from './journal.js';
import { labDocument } from './lab.js';
import { listDocument } from './list.js';
import { doctorDocument, endpointDocument, errorDocument } from './messages.js';
import { nodedevDocument, nodedevListDocument } from './nodedev.js';
import { recoveryDocument } from './recovery.js';
import { updateDocument } from './update.js';

/** The documents that commands print with `--json`, by the name in their `schema` field. Not loaded by the command. */
export const DOCUMENTS = {
  'hotnic.list/1': listDocument,
  'hotnic.attach/1': attachDocument,
  'hotnic.detach/1': detachDocument,
  'hotnic.update/1': updateDocument,
  'hotnic.ghosts-scan/1': ghostsScanDocument,
  'hotnic.ghosts-explain/1': ghostsExplainDocument,
  'hotnic.ghosts-clean/1': ghostsCleanDocument,
  'hotnic.nodedev-list/1': nodedevListDocument,
  'hotnic.nodedev/1': nodedevDocument,
  'hotnic.journal-list/1': journalListDocument,
  'hotnic.journal-run/1': journalRunDocument,
  'hotnic.recovery/1': recoveryDocument,
  'hotnic.lab/1': labDocument,
  'hotnic.doctor/1': doctorDocument,
  'hotnic.error/1': errorDocument,
  'hotnic.endpoint/1': endpointDocument,
  'hotnic.guest-inspect/1': guestInspectDocument,
  'hotnic.guest-check/1': guestCheckDocument,
} as const satisfies Readonly<Record<string, z.ZodType>>;

/** The published JSON Schemas: by file name, "hotnic.list.1.json". */
export function jsonSchemas(): ReadonlyMap<string, object> {
  return new Map(
    Object.entries(DOCUMENTS).map(([name, document]) => {
      const { $schema, ...rest } = z.toJSONSchema(document);
      return [`${name.replace('/', '.')}.json`, { $schema, title: name, ...rest }];
    }),
  );
}
