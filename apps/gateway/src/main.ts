import 'reflect-metadata';
import { loadEnvironment } from '#config';
import { ExchangeError } from '#model';
import { startGateway } from './gateway.ts';

try {
  await startGateway(loadEnvironment());
} catch (error) {
  // Configuration faults are for people: all of them, one a line, no stack.
  if (!(error instanceof ExchangeError)) throw error;
  process.stderr.write(`${error.code} ${error.message}\n`);
  for (const { pointer, message } of error.issues) process.stderr.write(`  ${pointer || '-'}: ${message}\n`);
  process.stderr.write(`  ${error.row.action}\n`);
  process.exitCode = 78;
  process.exit();
}
