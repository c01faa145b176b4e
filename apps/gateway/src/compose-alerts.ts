import type { DataSource } from 'typeorm';
import { MailChannel, OutboundGuard, PostgresAlertReadings, PostgresAlertStore, WebhookChannel } from '#adapters';
import { readAlertRules, type Environment } from '#config';
import {
  AlertDesk,
  AlertKeeper,
  measure,
  type AgreementBook,
  type AlertChannel,
  type AlertDeskOptions,
  type Clock,
  type MeasuresOptions,
} from '#exchange';
import { ExchangeError } from '#model';

/** Alerts, wired: the desk for people, and the keeper that looks at the rules and tells people. */
export interface AlertParts {
  readonly desk: AlertDesk;
  start(): void;
  stop(): Promise<void>;
}

export interface AlertNeeds extends Pick<MeasuresOptions, 'view' | 'directory'>, Pick<AlertDeskOptions, 'audit' | 'clock'> {
  readonly environment: Environment;
  readonly dataSource: DataSource;
  readonly book: Pick<AgreementBook, 'gateway' | 'links'>;
  readonly drift: { all(): Promise<readonly { readonly link: string; readonly findings: readonly string[] }[]> };
  readonly report: (error: unknown) => void;
}

/** Throws CONFIGURATION_INVALID for rules of links there are not, and for a channel of which half is set. */
export function composeAlerts({ environment, dataSource, book, view, directory, audit, clock, report, drift }: AlertNeeds): AlertParts {
  const { rules } = readAlertRules(environment.LANDBRIDGE_ALERTS);
  const known = new Set(book.links.map(({ id }) => id));
  const strange = rules.find(({ links }) => links?.some((link) => !known.has(link)));
  if (strange) throw invalid('LANDBRIDGE_ALERTS', `The rule ${strange.name} names a link that is in no agreement.`);
  const store = new PostgresAlertStore(dataSource);
  const channels = channelsOf(environment, book.gateway, clock);
  const readings = new PostgresAlertReadings(dataSource);
  const keeper = new AlertKeeper({
    store,
    rules,
    measure: (now) => measure(rules, now, { links: book.links, view, readings, directory, drift: () => drift.all() }),
    channels,
    clock,
    pollMilliseconds: 1_000,
    intervalSeconds: environment.ALERT_INTERVAL_SECONDS,
    pauseSeconds: environment.ALERT_PAUSE_SECONDS,
    random: Math.random,
    report,
  });
  const desk = new AlertDesk({ store, rules, channels, audit, clock, deliver: (id) => keeper.deliver(id) });
  return { desk, start: () => keeper.start(), stop: () => keeper.stop() };
}

function channelsOf(environment: Environment, gateway: string, clock: Clock): AlertChannel[] {
  const { ALERT_WEBHOOK_URL: url, ALERT_WEBHOOK_SECRET: secrets, ALERT_OUTBOUND_ALLOW: allow } = environment;
  const { ALERT_SMTP_URL: smtp, ALERT_MAIL_FROM: from, ALERT_MAIL_TO: to, ALERT_LANGUAGES: languages } = environment;
  const names = { gateway, environment: environment.LANDBRIDGE_ENVIRONMENT };
  const channels: AlertChannel[] = [];
  if (url !== undefined) {
    if (secrets === undefined) throw invalid('ALERT_WEBHOOK_SECRET', 'A webhook needs a secret.');
    const guard = new OutboundGuard(allow, 'ALERT_OUTBOUND_ALLOW');
    channels.push(new WebhookChannel({ url, secrets, guard, clock, ...names }));
  }
  if (smtp !== undefined) {
    if (from === undefined || to.length === 0) throw invalid('ALERT_SMTP_URL', 'A mail server needs ALERT_MAIL_FROM and ALERT_MAIL_TO.');
    channels.push(new MailChannel({ url: smtp, from, to, languages, ...names }));
  }
  return channels;
}

const invalid = (pointer: string, detail: string): ExchangeError => new ExchangeError('CONFIGURATION_INVALID', { pointer, detail });
