import type { Language } from '../case.ts';
import type { CaseResult, SuiteReport } from '../run.ts';
import { LANGUAGE_TAGS, told, VERDICT_WORDS, WORDS } from './words.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escaped = (value: string): string => value.replace(/[&<>"']/g, (character) => ENTITIES[character]!);

const STYLE =
  'body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2733}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;text-align:left;vertical-align:top}details{border-top:1px solid #d5dce3;padding:.4rem 0}summary{cursor:pointer}.passed{color:#14693a}.failed{color:#a8201a;font-weight:600}.other{color:#6a5400}code{overflow-wrap:anywhere}';

/** One page without scripts or anything from elsewhere; failed cases stand open. */
export function htmlReport(report: SuiteReport, language: Language): string {
  const word = (name: keyof typeof WORDS): string => WORDS[name][language];
  const facts: readonly (readonly [string, string])[] = [
    [word('endpoint'), `${report.endpoint} (${report.role})`],
    [word('suite'), `${report.suite}, ${report.extent}`],
    [word('started'), report.started],
    [word('duration'), `${(report.ms / 1000).toFixed(1)} s`],
    [
      word('cases'),
      Object.entries(report.counts)
        .map(([verdict, count]) => `${VERDICT_WORDS[verdict as keyof typeof VERDICT_WORDS][language]}: ${count}`)
        .join(', '),
    ],
    [word('assertions'), String(report.assertions)],
    [word('verdict'), VERDICT_WORDS[report.passed ? 'passed' : 'failed'][language]],
  ];
  const rows = facts.map(([name, value]) => `<tr><th scope="row">${escaped(name)}</th><td>${escaped(value)}</td></tr>`).join('');
  return `<!doctype html><html lang="${LANGUAGE_TAGS[language]}"><head><meta charset="utf-8"><title>${escaped(word('title'))} ${escaped(report.endpoint)}</title><style>${STYLE}</style></head><body><h1>${escaped(word('title'))}</h1><table>${rows}</table>${report.cases.map((one) => caseHtml(one, language)).join('')}</body></html>\n`;
}

function caseHtml(result: CaseResult, language: Language): string {
  const { id, verdict, story, what, reason, checks, input } = result;
  const style = verdict === 'passed' || verdict === 'failed' ? verdict : 'other';
  const line = (name: keyof typeof WORDS, value: string): string =>
    `<tr><th scope="row">${escaped(WORDS[name][language])}</th><td>${escaped(value)}</td></tr>`;
  const story5 = (['purpose', 'given', 'when', 'then'] as const).map((name) => line(name, told(story[name], what, language))).join('');
  const advice = verdict === 'passed' ? '' : line('advice', told(story.advice, what, language));
  const why = reason === undefined ? '' : line('reason', reason);
  const sent = input
    .map(({ kind, bytes, sha256 }) => `${kind} ${bytes} B ${sha256}`)
    .slice(0, 5)
    .join('; ');
  const wrong = checks.filter(({ ok }) => !ok).slice(0, 50);
  const head = `<tr><th></th><th>${escaped(WORDS.expected[language])}</th><th>${escaped(WORDS.actual[language])}</th></tr>`;
  const table =
    wrong.length === 0
      ? ''
      : `<table>${head}${wrong.map(({ label, expected, actual }) => `<tr><td>${escaped(label)}</td><td><code>${escaped(expected)}</code></td><td><code>${escaped(actual)}</code></td></tr>`).join('')}</table>`;
  return `<details${verdict === 'failed' ? ' open' : ''}><summary><span class="${style}">${escaped(VERDICT_WORDS[verdict][language])}</span> ${escaped(id)} ${escaped(told(story.purpose, what, language))} (${checks.length})</summary><table>${story5}${advice}${why}${line('input', sent)}</table>${table}</details>`;
}
