import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { loadMappings, sampleOf } from '#formats/tools';
import { ERROR_LANGUAGES, type CanonicalMessage } from '#model';
import { breakingChanges, type Contracts, type JsonSchema, type PublishedError, type SitePage } from '#onboarding';
import { amqpNames } from '#adapters';
import { Validator } from '@seriousme/openapi-schema-validator';
import { contractPages } from '../../apps/gateway/src/contracts.ts';

const BASELINE = 'docs/contracts/baseline';
const readBaseline = (name: string): string => readFileSync(join(BASELINE, name), 'utf8');

describe('the published contracts', () => {
  const files = readTranslationFiles();
  let pages: SitePage[];
  const json = <T = Record<string, unknown>>(path: string): T => JSON.parse(pages.find((page) => page.path === path)!.text()) as T;
  const contracts = (): Contracts => ({
    openapi: json('openapi.json'),
    asyncapi: json('asyncapi.json'),
    errors: json('errors.json'),
    schemas: json('schemas/all.json'),
  });
  beforeAll(async () => (pages = await contractPages(files)));

  it('take nothing away that was promised; a change that does is taken on by scripts/accept-contracts.mjs', () => {
    const baseline: Contracts = {
      openapi: JSON.parse(readBaseline('openapi.json')) as Record<string, unknown>,
      asyncapi: JSON.parse(readBaseline('asyncapi.json')) as Record<string, unknown>,
      errors: JSON.parse(readBaseline('errors.json')) as Record<string, unknown>,
      schemas: JSON.parse(readBaseline('schemas.json')) as Record<string, JsonSchema>,
    };
    expect(Object.keys(baseline.openapi['paths'] as object).length).toBeGreaterThan(90);
    expect(breakingChanges(baseline, contracts())).toEqual([]);
    // The same comparison sees what is gone when it looks from now to a version without it.
    const paths = { ...(contracts().openapi['paths'] as Record<string, unknown>) };
    delete paths['/api/messages'];
    const without = { ...contracts(), openapi: { ...contracts().openapi, paths } };
    expect(breakingChanges(baseline, without)).toContainEqual({ where: 'GET /api/messages', what: 'the operation was removed' });
  });

  it('have a baseline that only changes together with an entry for partners', () => {
    const hash = createHash('sha256');
    for (const name of ['openapi.json', 'asyncapi.json', 'errors.json', 'schemas.json']) hash.update(readBaseline(name));
    const digests = [...readFileSync('docs/contracts/CHANGES.md', 'utf8').matchAll(/^Baseline: `([0-9a-f]{64})`$/gm)].map(
      ([, digest]) => digest,
    );
    expect(digests.at(-1)).toBe(hash.digest('hex'));
  });

  it('are what the standards call OpenAPI 3.1 and AsyncAPI 3', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(json('openapi.json'));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    expect(validator.version).toBe('3.1');
    const { schemas } = jest.requireActual<{ schemas: Record<string, object> }>('@asyncapi/specs');
    const ajv = new Ajv({ strict: false, validateFormats: false, meta: false, validateSchema: false });
    const follows = ajv.compile(schemas['3.0.0']!);
    expect({ follows: follows(json('asyncapi.json')), errors: follows.errors }).toEqual({ follows: true, errors: null });
  });

  it('name the queues that the gateway makes, and what travels through each', () => {
    const { channels } = json<{ channels: Record<string, { address: string; messages: object }> }>('asyncapi.json');
    expect(channels['amqpIn']!.address).toBe(amqpNames('{link}').inQueue);
    expect(channels['folderOut']!.address).toBe('{link}/InBox/{name}');
    for (const { messages } of Object.values(channels))
      expect(Object.keys(messages)).toEqual(['message', 'receipt', 'query', 'answer', 'keys', 'reconciliation']);
  });

  it('hold schemas that take what the gateway makes, in every script, and refuse what it refuses', () => {
    const schemas = json<Record<string, object>>('schemas/all.json');
    const translator = createTranslator(files, { lazily: true });
    const ajv = new Ajv2020({ strict: false, validateFormats: false, inlineRefs: false });
    const { mappings } = loadMappings(files);
    let seen = 0;
    for (const id of ['kz-rail/wagon-transfer-list', 'corridor/CustomsEnvelope', 'un-d96b/APERAK']) {
      for (const script of ['chinese', 'kazakh', 'cyrillic'] as const) {
        const sample = sampleOf(
          mappings.find(({ ref }) => ref.id === id)!,
          translator,
          script,
          1,
        );
        for (const { message } of sample ? translator.decode(sample.bytes).messages : []) {
          const takes =
            ajv.getSchema(`urn:landbridge:schema:canonical.${message.type}`) ?? ajv.compile(schemas[`canonical.${message.type}`]!);
          const wire = JSON.parse(JSON.stringify(message)) as CanonicalMessage;
          expect({ id, ok: takes(wire), errors: takes.errors }).toEqual({ id, ok: true, errors: null });
          expect(takes({ ...wire, inventedMember: 1 })).toBe(false);
          seen += 1;
        }
      }
    }
    expect(seen).toBeGreaterThan(5);
    for (const [name, schema] of Object.entries(schemas)) expect([name, ajv.validateSchema(schema)]).toEqual([name, true]);
  });

  it('say every error in four languages', () => {
    const scripts = { 'zh-CN': /\p{Script=Han}/u, en: /^[\p{ASCII}–—’…]*$/u, ru: /\p{Script=Cyrillic}/u, kk: /\p{Script=Cyrillic}/u };
    for (const [code, { words }] of Object.entries(json<Record<string, PublishedError>>('errors.json'))) {
      for (const language of ERROR_LANGUAGES) {
        expect([code, words[language].text]).toEqual([code, expect.stringMatching(scripts[language])]);
        expect([code, words[language].action]).toEqual([code, expect.stringMatching(/\S{3}|\p{Script=Han}/u)]);
      }
      expect([code, words.kk.text]).not.toEqual([code, words.ru.text]);
    }
  });

  it('lead nowhere that is not there', () => {
    const paths = new Set(pages.map(({ path }) => path));
    const dead = pages.flatMap(({ path, type, text }) =>
      // One table of a mapping has the links of all.
      !type.startsWith('text/html') || /^formats\/.*\//.test(path)
        ? []
        : [...text().matchAll(/href="(?!\w+:|#)([^"#]+)/g)]
            .map(([, href]) => normalize(join(dirname(path), href!)))
            .filter((to) => !paths.has(to)),
    );
    expect(dead).toEqual([]);
    expect(pages.filter(({ ofInstallation }) => ofInstallation).every(({ path }) => path.startsWith('formats/'))).toBe(true);
    expect(pages.filter(({ path, ofInstallation }) => path.startsWith('formats/') && !ofInstallation)).toEqual([]);
  });
});
