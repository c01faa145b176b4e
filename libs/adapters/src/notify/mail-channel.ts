import { createTransport, type Transporter } from 'nodemailer';
import { AlertChannel, type Notice, type NoticeContent } from '#exchange';
import { alertText, ExchangeError, type AlertLanguage } from '#model';

export interface MailOptions {
  /** `smtps://user:password@host` or `smtp://…` (then STARTTLS is asked for). */
  readonly url: string;
  readonly from: string;
  readonly to: readonly string[];
  /** Each line in each of these. */
  readonly languages: readonly AlertLanguage[];
  readonly gateway: string;
  readonly environment: string;
  readonly timeoutMilliseconds?: number;
}

/** Notices as e-mail over SMTP. Without TLS nothing is sent, but to a server on this machine. */
export class MailChannel extends AlertChannel {
  override readonly name = 'mail';
  override readonly target: string;
  readonly #transport: Transporter;
  readonly #options: MailOptions;

  constructor(options: MailOptions) {
    super();
    this.#options = options;
    const { url, to, timeoutMilliseconds = 10_000 } = options;
    const { protocol, hostname, port, username, password } = new URL(url);
    const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);
    this.target = `${to.length} × ${hostname}`;
    this.#transport = createTransport({
      host: hostname.replace(/^\[|\]$/g, ''),
      ...(port !== '' && { port: Number(port) }),
      secure: protocol === 'smtps:',
      requireTLS: protocol === 'smtp:' && !loopback,
      ignoreTLS: protocol === 'smtp:' && loopback,
      ...(username !== '' && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
      connectionTimeout: timeoutMilliseconds,
      greetingTimeout: timeoutMilliseconds,
      socketTimeout: timeoutMilliseconds,
      dnsTimeout: timeoutMilliseconds,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  override async send({ id, content }: Pick<Notice, 'id' | 'content' | 'createdAt'>): Promise<void> {
    const { from, to, gateway, environment, languages, timeoutMilliseconds = 10_000 } = this.#options;
    const sent = this.#transport.sendMail({
      from,
      to: [...to],
      subject: subjectOf(content, gateway, environment),
      text: bodyOf(content, languages),
      messageId: `<${id}@${gateway.toLowerCase()}.landbridge>`,
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Landbridge-Notice': id },
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('The mail server did not answer in time.')), 2 * timeoutMilliseconds);
    });
    try {
      await Promise.race([sent, late]);
    } catch (cause) {
      sent.catch(() => undefined);
      throw new ExchangeError('NOTICE_FAILED', { detail: reasonOf(cause) });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Neither the server's words nor the login: either may hold what nobody should read in a log. */
function reasonOf(cause: unknown): string {
  const { code, responseCode } = cause as { code?: unknown; responseCode?: unknown };
  const said = [typeof code === 'string' && /^[A-Z_]{1,30}$/.test(code) ? code : '', typeof responseCode === 'number' ? responseCode : ''];
  return `The mail server did not take it${said.some((one) => one !== '') ? ` (${said.filter((one) => one !== '').join(' ')})` : ''}.`;
}

function subjectOf({ kind, lines, more }: NoticeContent, gateway: string, environment: string): string {
  const count = (state: string): number => lines.filter((line) => line.state === state).length;
  const what = kind === 'test' ? 'test' : [`${count('firing') + more} ▲`, `${count('resolved')} ▼`].join(' ');
  const rules = [...new Set(lines.map(({ rule }) => rule))].slice(0, 3).join(', ');
  return `[Landbridge ${gateway} ${environment}] ${what} ${rules}`.trim();
}

function bodyOf({ lines, more }: NoticeContent, languages: readonly AlertLanguage[]): string {
  const parts = lines.map((line) => {
    const sign = line.state === 'resolved' ? '▼' : line.severity === 'critical' ? '▲▲' : '▲';
    const texts = languages.map((language) => `   ${alertText(line, language)}`);
    return [`${sign} #${line.id} ${line.rule} (${line.severity}) ${line.since.toISOString()}`, ...texts].join('\n');
  });
  return [...parts, ...(more > 0 ? [`+ ${more}`] : [])].join('\n\n') + '\n';
}
