import type { ExitCode } from '../errors/hotnic-error.js';
import { printable } from '../guest/printable.js';
import type { OperationReport } from '../operations/shared/report.js';
import type { Output } from './output.js';
import { printableLines } from './printable-lines.js';

type Report = OperationReport & {
  readonly schema: string;
  readonly plan: readonly { readonly step: string; readonly describe: string }[];
  readonly xml?: string;
};

/** Shows how an operation ended; gives its exit code. */
export function showReport(report: Report, out: Output): ExitCode {
  out.document(report.schema, report);
  for (const warning of report.warnings) out.info(`warning: ${printable(warning)}`);
  const lines = [printable(report.summary)];
  if (report.outcome === 'planned') {
    lines.push(
      ...report.plan.map(({ step, describe }, index) => `  ${index + 1}. ${step}: ${printable(describe)}`),
    );
    if (report.xml !== undefined) lines.push('', printableLines(report.xml));
  }
  lines.push(...report.details.map((detail) => `  ${printable(detail)}`));
  if (report.next !== null) lines.push(`  next: ${printable(report.next)}`);
  if (report.outcome !== 'done' && report.run !== null)
    lines.push(`  record: hotnic journal show ${report.run}`);
  out.text(lines.join('\n'));
  return report.exitCode;
}
