import { ExchangeError, issue } from '#model';
import { EXIT } from '../exit-codes.ts';
import { recordingTerminal } from '../testing.ts';
import { reportFailure, reportIssues } from './report.ts';

describe('reportIssues', () => {
  it('says code, what, where and what to do on stderr', () => {
    const { terminal, out, err } = recordingTerminal();
    reportIssues(terminal, [issue('FIELD_MISSING', '/Manifest/Head/MessageID')]);
    expect(out()).toBe('');
    expect(err()).toBe(
      'error FIELD_MISSING  A mandatory element is missing.\n  where  /Manifest/Head/MessageID\n  do     Add the element; the pointer says where.\n',
    );
  });

  it('prints all of a long list as JSON, and says so otherwise', () => {
    const many = Array.from({ length: 300 }, (_, index) => issue('CHECK_DIGIT', `/${index}`));
    const text = recordingTerminal();
    reportIssues(text.terminal, many);
    expect(text.err()).toContain('… and 100 more; --json prints all of them.');
    const json = recordingTerminal();
    reportIssues(json.terminal, many, true);
    expect((JSON.parse(json.err()) as { issues: unknown[] }).issues).toHaveLength(300);
  });
});

describe('reportFailure', () => {
  it('ends with the code of the failure', () => {
    const { terminal, err } = recordingTerminal();
    expect(reportFailure(terminal, new ExchangeError('STORE_UNAVAILABLE'))).toBe(EXIT.UNAVAILABLE);
    expect(err()).toContain('error STORE_UNAVAILABLE');
  });

  it('calls what it does not know INTERNAL and keeps the stack', () => {
    const { terminal, err } = recordingTerminal();
    expect(reportFailure(terminal, new TypeError('surprise'))).toBe(EXIT.INTERNAL);
    expect(err()).toMatch(/error INTERNAL[\s\S]*TypeError: surprise\n +at /);
  });
});
