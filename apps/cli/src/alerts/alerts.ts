import { ALERT_LANGUAGES, type AlertLanguage } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { AlertAnswer, AlertRulesAnswer, AlertsAnswer, NoticesAnswer, SilencesAnswer } from './answers.ts';

interface Options extends CommonOptions, GatewayOptions {
  readonly reason?: string;
}
export interface ListOptions extends Options {
  readonly state?: string;
  readonly all?: boolean;
  readonly language?: string;
  readonly cursor?: string;
  readonly limit?: number;
}

/** A channel may take its time. */
const TEST_MS = 40_000;

/** `landbridge alerts list`. */
export async function list(terminal: Terminal, { state, all, cursor, limit, language = 'en', ...options }: ListOptions): Promise<ExitCode> {
  if (!isLanguage(language)) throw usage('--language', `It is one of ${ALERT_LANGUAGES.join(', ')}.`);
  const query = new URLSearchParams();
  if (!all || state !== undefined) query.set('state', state ?? 'firing');
  if (cursor !== undefined) query.set('cursor', cursor);
  if (limit !== undefined) query.set('limit', String(limit));
  const answer = (await new GatewayClient(options).get<AlertsAnswer>(`/api/alerts?${query.toString()}`)).body;
  if (options.json) terminal.json(answer);
  else {
    await terminal.table(
      ['alert', 'state', 'severity', 'rule', 'since', 'text', 'looked after by'],
      answer.alerts.map((one) => [
        one.id,
        terminal.paint(colourOf(one), one.state),
        one.severity,
        one.rule,
        one.since,
        one.text[language],
        one.acknowledged?.by ?? '',
      ]),
    );
    if (answer.next !== undefined) terminal.note(`More: --cursor ${answer.next}`);
  }
  return EXIT.OK;
}

const isLanguage = (text: string): text is AlertLanguage => (ALERT_LANGUAGES as readonly string[]).includes(text);
const colourOf = ({ state, severity }: AlertAnswer) => (state !== 'firing' ? 'dim' : severity === 'critical' ? 'red' : 'yellow');

/** `landbridge alerts rules`. */
export async function rules(terminal: Terminal, options: Options): Promise<ExitCode> {
  const answer = (await new GatewayClient(options).get<AlertRulesAnswer>('/api/alerts/rules')).body;
  if (options.json) terminal.json(answer);
  else {
    await terminal.table(
      ['rule', 'measure', 'limit', 'severity', 'hold s', 'clear s', 'links'],
      answer.rules.map((one) => [
        one.name,
        one.measure,
        `${one.limit} ${one.unit}`,
        one.severity,
        one.holdSeconds,
        one.clearSeconds,
        one.links?.join(' ') ?? 'all',
      ]),
    );
    await terminal.table(
      ['channel', 'to'],
      answer.channels.map(({ name, target }) => [name, target]),
    );
    if (answer.channels.length === 0) terminal.note('Nobody is told: no channel is configured (ALERT_WEBHOOK_URL, ALERT_SMTP_URL).');
  }
  return EXIT.OK;
}

/** `landbridge alerts notices`. */
export async function notices(terminal: Terminal, options: Options): Promise<ExitCode> {
  return showNotices(terminal, options, (await new GatewayClient(options).get<NoticesAnswer>('/api/alerts/notices')).body);
}

/** `landbridge alerts silences`. */
export async function silences(terminal: Terminal, options: Options): Promise<ExitCode> {
  const answer = (await new GatewayClient(options).get<SilencesAnswer>('/api/alerts/silences')).body;
  if (options.json) terminal.json(answer);
  else
    await terminal.table(
      ['silence', 'rule', 'link', 'until', 'by', 'reason'],
      answer.silences.map(({ id, rule, link, until, by, reason }) => [id, rule ?? 'all', link ?? 'all', until, by, reason]),
    );
  return EXIT.OK;
}

/** `landbridge alerts test`: a channel that did not take it makes the command fail. */
export async function test(terminal: Terminal, options: Options): Promise<ExitCode> {
  const answer = await new GatewayClient(options).send<NoticesAnswer>('POST', '/api/alerts/test', { reason: options.reason }, TEST_MS);
  await showNotices(terminal, options, answer);
  return answer.notices.every(({ state }) => state === 'sent') ? EXIT.OK : EXIT.UNAVAILABLE;
}

/** `landbridge alerts acknowledge`. */
export async function acknowledge(terminal: Terminal, id: string, options: Options): Promise<ExitCode> {
  const path = `/api/alerts/${encodeURIComponent(id)}/acknowledge`;
  const { alert } = await new GatewayClient(options).send<{ alert: AlertAnswer }>('POST', path, { reason: options.reason });
  if (options.json) terminal.json({ alert });
  else terminal.line(`alert ${alert.id}  ${alert.text.en}`);
  return EXIT.OK;
}

/** `landbridge alerts silence`. */
export async function silence(
  terminal: Terminal,
  { rule, link, hours, reason, ...options }: Options & { readonly rule?: string; readonly link?: string; readonly hours: number },
): Promise<ExitCode> {
  const body = { hours, reason, ...(rule !== undefined && { rule }), ...(link !== undefined && { link }) };
  const answer = await new GatewayClient(options).send<{ silence: SilencesAnswer['silences'][number] }>(
    'POST',
    '/api/alerts/silences',
    body,
  );
  if (options.json) terminal.json(answer);
  else terminal.line(`silence ${answer.silence.id}  until ${answer.silence.until}`);
  return EXIT.OK;
}

/** `landbridge alerts unsilence`. */
export async function unsilence(terminal: Terminal, id: string, options: Options): Promise<ExitCode> {
  await new GatewayClient(options).send('POST', `/api/alerts/silences/${encodeURIComponent(id)}/end`, { reason: options.reason });
  if (options.json) terminal.json({});
  else terminal.line(`silence ${id} has ended`);
  return EXIT.OK;
}

async function showNotices(terminal: Terminal, { json }: Options, answer: NoticesAnswer): Promise<ExitCode> {
  if (json) terminal.json(answer);
  else
    await terminal.table(
      ['made', 'channel', 'kind', 'alerts', 'state', 'attempts', 'code'],
      answer.notices.map((one) => [
        one.createdAt,
        one.channel,
        one.kind,
        one.alerts,
        terminal.paint(one.state === 'sent' ? 'green' : one.state === 'failed' ? 'red' : 'yellow', one.state),
        one.attempt,
        one.code ?? '',
      ]),
    );
  return EXIT.OK;
}
