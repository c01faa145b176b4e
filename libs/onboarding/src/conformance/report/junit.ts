import type { Language } from '../case.ts';
import type { SuiteReport } from '../run.ts';
import { escaped } from './html.ts';
import { told, VERDICT_WORDS } from './words.ts';

/** Control characters that XML 1.0 cannot carry become a blank. */
// eslint-disable-next-line no-control-regex
const clean = (value: string): string => escaped(value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, ' '));

/** The report as JUnit XML, which build servers read: one suite a group. */
export function junitReport(report: SuiteReport, language: Language): string {
  const suites = report.groups.map((group) => {
    const cases = report.cases.filter((one) => one.group === group);
    const failures = cases.filter(({ verdict }) => verdict === 'failed').length;
    const skipped = cases.filter(({ verdict }) => verdict !== 'failed' && verdict !== 'passed').length;
    const inner = cases.map(({ id, verdict, story, what, ms, reason, checks }) => {
      const wrong = checks.filter(({ ok }) => !ok).map(({ label, expected, actual }) => `${label}: ${expected} / ${actual}`);
      const text = [...(reason === undefined ? [] : [reason]), ...wrong, told(story.advice, what, language)].join('\n');
      const body =
        verdict === 'failed'
          ? `<failure message="${clean(wrong[0] ?? reason ?? id)}">${clean(text)}</failure>`
          : verdict === 'passed'
            ? ''
            : `<skipped message="${clean(`${VERDICT_WORDS[verdict][language]}: ${reason ?? ''}`)}"/>`;
      return `<testcase classname="${group}" name="${clean(`${id} ${told(story.purpose, what, language)}`)}" time="${(ms / 1000).toFixed(3)}" assertions="${checks.length}">${body}</testcase>`;
    });
    return `<testsuite name="${group}" tests="${cases.length}" failures="${failures}" skipped="${skipped}">${inner.join('')}</testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="landbridge conformance" tests="${report.cases.length}" failures="${report.counts.failed}" time="${(report.ms / 1000).toFixed(3)}">${suites.join('')}</testsuites>\n`;
}
