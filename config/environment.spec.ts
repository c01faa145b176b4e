import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExchangeError } from '#model';
import { Environment, loadEnvironment } from './environment.ts';

const failure = (settings: Record<string, string>) => {
  try {
    loadEnvironment(settings);
  } catch (error) {
    return error as ExchangeError;
  }
  return undefined;
};

describe('settings', () => {
  test('default.env explains every variable, and no other', () => {
    const explained = [...readFileSync('config/default.env', 'utf8').matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);
    expect(explained.sort()).toEqual(Object.keys(Environment.shape).sort());
  });

  test('all faults are told at once, by name and never by value', () => {
    const error = failure({ HTTP_PORT: '99999', MASTER_KEY: 'c2VjcmV0', DATABASE_URL: 'mysql://user:hunter2@host/db' });
    expect(error?.issues.map(({ pointer }) => pointer).sort()).toEqual(['DATABASE_URL', 'HTTP_PORT', 'MASTER_KEY']);
    expect(JSON.stringify(error?.issues)).not.toMatch(/hunter2|c2VjcmV0|99999/);
  });

  test('a secret may come from a file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lb-')), 'key');
    const key = Buffer.alloc(32, 7).toString('base64');
    writeFileSync(file, `${key}\n`);
    expect(loadEnvironment({ MASTER_KEY_FILE: file }).MASTER_KEY).toBe(key);
    expect(failure({ MASTER_KEY_FILE: `${file}.missing` })?.issues[0]?.pointer).toBe('MASTER_KEY_FILE');
  });

  test('the authority behind a broker comes from its file', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lb-')), 'ca.pem');
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n');
    expect(loadEnvironment({ AMQP_CA_FILE: file }).AMQP_CA).toMatch(/^-----BEGIN CERTIFICATE-----\nMIIB/);
    expect(failure({ AMQP_CA: file })?.issues[0]?.pointer).toBe('AMQP_CA');
  });

  test('settings cannot be changed after the start', () => {
    expect(Object.isFrozen(loadEnvironment({}))).toBe(true);
  });
});
