import type { Logger } from 'winston';

/**
 * The log of `--verbose`: every line with its time and level, on stderr. Loaded only when it is asked for; winston
 * takes longer to load than a `hotnic list` to run.
 */
export async function openLog(): Promise<Logger> {
  const { default: winston } = await import('winston');
  const { createLogger, format, transports } = winston;
  const log = createLogger({
    level: 'debug',
    format: format.combine(
      format.timestamp(),
      // An error inside an error would print as {}: its stack is what helps.
      format.errors({ stack: true, cause: true }),
      format.printf(({ timestamp, level, message }) => `${String(timestamp)} ${level}: ${String(message)}`),
    ),
  });
  log.add(new transports.Console({ stderrLevels: ['error', 'warn', 'info', 'debug'] }));
  return log;
}
