import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ALERT_STATES,
  DEATH_REASONS,
  INCIDENT_STATES,
  LETTER_STATES,
  PLAN_KINDS,
  PLAN_STATES,
  REPLAY_VERDICTS,
  replayable,
  REQUEST_KINDS,
  REQUEST_STATES,
  MAPPING_VERSION_STATES,
  VERDICT_REASONS,
} from '#exchange';
import { ALERT_MEASURES, ALERT_SEVERITIES, INBOUND_MOVES, OUTBOUND_MOVES } from '#model';
import { ITEM_STATES } from '../../apps/gateway/src/http/replay-answers.ts';

const FOLDER = 'apps/console/src';
type Texts = { readonly [key: string]: string | Texts };

const keysOf = (texts: Texts, path = ''): string[] =>
  Object.entries(texts).flatMap(([key, value]) => (typeof value === 'string' ? [`${path}${key}`] : keysOf(value, `${path}${key}.`)));
const keys = new Set(
  keysOf(JSON.parse(readFileSync(join(FOLDER, 'i18n/en.json'), 'utf8')) as Texts).map((key) => key.replace(/_(one|few|many|other)$/, '')),
);

const sources = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.spec.ts'))
  .map((name) => ({ name, text: readFileSync(join(FOLDER, name), 'utf8') }));

/** `t('a.b')` and `t(`a.${x}`)`, also in the branches of a choice: `t(x ? 'a' : 'b')`. */
const asked = sources.flatMap(({ name, text }) =>
  [...text.matchAll(/\bt\(([^()]*(?:\([^()]*\)[^()]*)*)\)/g)].flatMap(([, inside = '']) =>
    [...inside.split(/,\s*\{/)[0]!.matchAll(/'([a-z][\w-]*(?:\.[\w-]+)+)'|`([a-z][\w-]*\.)\$\{/gi)].map(([, whole, prefix]) => ({
      name,
      whole,
      prefix,
    })),
  ),
);

describe('texts of the console', () => {
  it('are looked for in the sources', () => expect(asked.length).toBeGreaterThan(50));

  it('exist for every key that a screen asks for', () => {
    const missing = asked.filter(({ whole, prefix }) =>
      whole !== undefined ? !keys.has(whole) : ![...keys].some((key) => key.startsWith(prefix!)),
    );
    expect(missing).toEqual([]);
  });

  const states = [INBOUND_MOVES, OUTBOUND_MOVES].flatMap(Object.keys);
  it.each([
    ['state', states],
    ['because', states.flatMap((state) => [replayable('in', state).because, replayable('out', state).because])],
    ['why', VERDICT_REASONS],
    ['verdict', REPLAY_VERDICTS],
    ['planState', PLAN_STATES],
    ['outcome', ITEM_STATES],
    ['replays.kinds', PLAN_KINDS],
    ['incidentState', INCIDENT_STATES],
    ['alert', [...ALERT_STATES, ...ALERT_SEVERITIES]],
    ['alert.measures', Object.keys(ALERT_MEASURES)],
    ['alert.units', Object.values(ALERT_MEASURES).map(({ unit }) => unit)],
    ['death', DEATH_REASONS],
    ['letter', LETTER_STATES],
    ['request.kinds', REQUEST_KINDS],
    ['request.states', REQUEST_STATES],
    ['mappingVersion.states', MAPPING_VERSION_STATES],
  ])('exist for every %s there is', (group, names) => {
    expect(names.filter((name) => !keys.has(`${group}.${name}`))).toEqual([]);
  });

  it('stand in the files of the four languages only: no screen has words of its own', () => {
    const words = sources
      .filter(({ name }) => name.endsWith('.tsx'))
      .flatMap(({ name, text }) => [...text.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)[\s.]*</g)].map(([, found]) => `${name}: ${found}`));
    expect(words).toEqual([]);
  });
});
