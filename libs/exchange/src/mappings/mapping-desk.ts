import { randomUUID } from 'node:crypto';
import { createTranslator, type TextFile, type TranslatorFiles } from '#formats';
import { ExchangeError, issue, readYaml, type Issue } from '#model';
import { sha256 } from '#trust';
import { actorName, requireSecondPerson, type Actor } from '../access/actor.ts';
import type { AgreementBook } from '../agreement-book.ts';
import { ASIDE_BYTES } from '../ports/aside.port.ts';
import type { AuditLog } from '../ports/audit-log.port.ts';
import type { Clock } from '../ports/clock.port.ts';
import type {
  MappingMove,
  MappingSample,
  MappingStore,
  MappingVersion,
  MappingVersionState,
  NewMappingVersion,
} from '../ports/mapping-store.port.ts';
import { readKept } from '../replay/kept.ts';
import type { Project } from '../steps/understand.ts';
import { runCorpus, type CorpusDocument, type CorpusResult } from './corpus.ts';
import type { LiveTranslator } from './live-translator.ts';
import { newShadow } from './shadow.ts';

export interface MappingDeskOptions {
  readonly store: MappingStore;
  readonly translator: LiveTranslator;
  readonly files: TranslatorFiles;
  readonly book: AgreementBook;
  readonly project: Project;
  /** Documents kept with the installation, of all formats. */
  readonly fixtures: () => Promise<readonly MappingSample[]>;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
}

/** What a person brings: an overlay, its code lists, where it shall stand, documents to try it on. */
export interface MappingDraft {
  readonly text: string;
  readonly codelists: readonly TextFile[];
  readonly links: readonly string[];
  readonly samples: readonly MappingSample[];
  readonly request: string;
  readonly reason: string;
}

/** Messages received lately that a version is tried on. */
const RECENT = 200;
const VERSION = /^version:.*$/m;
const MAPPING_ID = /^[a-z0-9][a-z0-9-]*\/[A-Za-z0-9][A-Za-z0-9_.-]*$/;
const LIST_ID = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * Versions of partners' mappings: drafted and tried by one person, put in place by another. A text never changes; whoever edits makes the
 * next version. Every writing method is audited before it takes effect.
 */
export class MappingDesk {
  constructor(private readonly options: MappingDeskOptions) {}

  list(
    actor: Actor,
    filter: { readonly mapping?: string; readonly state?: MappingVersionState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly MappingVersion[]> {
    return this.options.store.list(actor.scope, filter);
  }

  async find(actor: Actor, id: string): Promise<MappingVersion> {
    const found = await this.options.store.find(actor.scope, id);
    if (!found) throw new ExchangeError('NOT_FOUND');
    return found;
  }

  /** Compiles it with everything installed, keeps it as the next version, and tries it. Throws USAGE with every fault of the files. */
  async draft(actor: Actor, { text, codelists, links, samples, request, reason }: MappingDraft): Promise<MappingVersion> {
    const { store, clock } = this.options;
    const before = await store.requested(actor.account.id, request);
    if (before !== undefined) return this.find(actor, before);
    if (links.some((link) => !actor.scope.coversLink(link) || !this.options.book.link(link)))
      throw new ExchangeError('NOT_FOUND', { pointer: 'links' });
    const { mapping, base } = this.headOf(text, codelists);
    const number = await store.nextNumber(mapping);
    const numbered = text.replace(VERSION, `version: v${number}`);
    const mappingDigest = this.compiled(mapping, numbered, codelists);
    const [id, at] = [randomUUID(), clock.now()];
    const author = { id: actor.account.id, name: actorName(actor) };
    const draft = { id, mapping, number, base, text: numbered, codelists, links, author, reason, mappingDigest, at };
    const { action, digest } = actionOf(draft);
    await this.audit(actor, 'mapping.draft', draft, reason, { version: id, digest });
    const kept = await store.draft({ ...draft, action, digest, request, samples });
    await this.tryOut(await this.find(actor, kept));
    return this.find(actor, kept);
  }

  /** Tries it again on fixtures, samples and what came lately. */
  async corpus(actor: Actor, id: string, reason: string): Promise<MappingVersion> {
    const version = await this.find(actor, id);
    await this.audit(actor, 'mapping.corpus', version, reason, { version: id });
    await this.tryOut(version);
    return this.find(actor, id);
  }

  /** Compares it with the version in place on what comes in from now on; nothing of it is delivered. */
  async shadow(actor: Actor, id: string, most: number, reason: string): Promise<MappingVersion> {
    const version = await this.inState(actor, id, ['draft', 'submitted']);
    await this.audit(actor, 'mapping.shadow', version, reason, { version: id, most });
    await this.options.store.putShadow(id, newShadow(most, this.options.clock.now()));
    return this.find(actor, id);
  }

  /** Asks a second person to put it in place. */
  async submit(actor: Actor, id: string, reason: string): Promise<MappingVersion> {
    const version = await this.inState(actor, id, ['draft']);
    if (!version.corpus) throw new ExchangeError('REQUEST_STATE', { detail: 'It was not tried on the corpus yet.' });
    return this.move(actor, version, ['draft'], { to: 'submitted' }, reason);
  }

  /** The second person: `digest` is that of exactly the version they saw. It stands on its links in every process within seconds. */
  async approve(actor: Actor, id: string, digest: string, reason: string): Promise<MappingVersion> {
    const version = await this.decidable(actor, id, digest);
    this.compiled(version.mapping, version.text, version.codelists);
    return this.move(actor, version, ['submitted'], { to: 'live' }, reason);
  }

  async refuse(actor: Actor, id: string, digest: string, reason: string): Promise<MappingVersion> {
    return this.move(actor, await this.decidable(actor, id, digest), ['submitted'], { to: 'refused' }, reason);
  }

  /** One step back on each of its links: to the version before it, which two persons had put there, or to the installed mapping. */
  async rollBack(actor: Actor, id: string, reason: string): Promise<MappingVersion> {
    return this.move(actor, await this.inState(actor, id, ['live']), ['live'], { to: 'rolled-back' }, reason);
  }

  private async decidable(actor: Actor, id: string, digest: string): Promise<MappingVersion> {
    const version = await this.find(actor, id);
    requireSecondPerson(actor, version.author.id);
    if (version.digest !== digest) throw new ExchangeError('APPROVAL_OTHER');
    return this.inState(actor, id, ['submitted']);
  }

  private async inState(actor: Actor, id: string, states: readonly MappingVersionState[]): Promise<MappingVersion> {
    const version = await this.find(actor, id);
    if (!states.includes(version.state)) throw new ExchangeError('REQUEST_STATE', { detail: `It is ${version.state}.` });
    return version;
  }

  private async move(
    actor: Actor,
    version: MappingVersion,
    from: readonly MappingVersionState[],
    move: MappingMove,
    reason: string,
  ): Promise<MappingVersion> {
    const { store, clock } = this.options;
    await this.audit(actor, `mapping.${VERBS[move.to]}`, version, reason, { version: version.id, digest: version.digest });
    const by = { id: actor.account.id, name: actorName(actor), decision: reason, at: clock.now() };
    if (!(await store.move(version.id, from, move, by)))
      throw new ExchangeError('REQUEST_STATE', { detail: `It is ${(await this.find(actor, version.id)).state}.` });
    return this.find(actor, version.id);
  }

  /** What the file calls itself and extends. A version stands for an installed mapping, never under its name. */
  private headOf(text: string, codelists: readonly TextFile[]): { readonly mapping: string; readonly base: string } {
    const read = readYaml(text);
    const { mapping, extends: base } = ('value' in read && typeof read.value === 'object' && read.value ? read.value : {}) as {
      readonly mapping?: unknown;
      readonly extends?: unknown;
    };
    const installed = this.options.files.mappings.map(({ path }) => path);
    const faults: Issue[] = [
      ...('fault' in read ? [issue('USAGE', 'text', read.fault)] : []),
      ...(typeof mapping !== 'string' || !MAPPING_ID.test(mapping)
        ? [issue('USAGE', 'text/mapping', 'An id is a partner and a type.')]
        : []),
      ...(typeof mapping === 'string' && installed.includes(mapping)
        ? [issue('USAGE', 'text/mapping', 'An installed mapping has this id.')]
        : []),
      ...(typeof base !== 'string' || !installed.includes(base)
        ? [issue('USAGE', 'text/extends', 'It extends an installed mapping.')]
        : []),
      ...(VERSION.test(text) ? [] : [issue('USAGE', 'text/version', 'The line version: is missing.')]),
      ...codelists.flatMap(({ path }) =>
        !LIST_ID.test(path) || this.options.files.codelists.some((list) => list.path === path)
          ? [issue('USAGE', `codelists/${path}`, 'A list of the partner has a name of its own.')]
          : [],
      ),
    ];
    if (faults.length > 0) throw new ExchangeError('USAGE', { issues: faults });
    return { mapping: mapping as string, base: base as string };
  }

  /** The digest of the compiled mapping. */
  private compiled(mapping: string, text: string, codelists: readonly TextFile[]): string {
    const { files } = this.options;
    try {
      const all = { ...files, mappings: [...files.mappings, { path: mapping, text }], codelists: [...files.codelists, ...codelists] };
      const translator = createTranslator(all, { lazily: true });
      translator.rules(mapping);
      return translator.mappings.find(({ id }) => id === mapping)?.digest ?? '';
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      throw new ExchangeError('USAGE', {
        issues: error.issues.map((found) => ({ ...issue('USAGE', found.pointer), message: found.message })),
      });
    }
  }

  private async tryOut(version: MappingVersion): Promise<CorpusResult> {
    const { store, translator, book, project, clock } = this.options;
    const link = version.links.map((one) => book.link(one)).find((one) => one !== undefined);
    if (!link) throw new ExchangeError('NOT_FOUND', { detail: 'None of its links is in the agreements.' });
    const { id, base, mapping, text, codelists } = version;
    const after = translator.with({ link: link.id, base, mapping, version: id, text, codelists });
    const documents = await this.documents(version);
    const result = await runCorpus(documents, link, { before: translator, after, book, project }, clock.now());
    await store.putCorpus(id, result);
    return result;
  }

  private async documents({ mapping, base, links }: MappingVersion): Promise<CorpusDocument[]> {
    const { store, fixtures } = this.options;
    const recent = await store.recent(links, [base, mapping], RECENT);
    return [
      ...(await fixtures()).map((one) => ({ ...one, origin: 'fixture' as const })),
      ...(await store.samples(mapping)).map((one) => ({ ...one, origin: 'sample' as const })),
      ...recent.flatMap(({ frame, messageId: name }) => {
        const [part] = readKept(frame).parts;
        return part && part.bytes.length < ASIDE_BYTES ? [{ name, bytes: part.bytes, origin: 'message' as const }] : [];
      }),
    ];
  }

  private audit(
    actor: Actor,
    action: string,
    { mapping, number }: Pick<MappingVersion, 'mapping' | 'number'>,
    reason: string,
    after: unknown,
  ): Promise<void> {
    const { audit, clock } = this.options;
    return audit.append({ actor: actorName(actor), action, subject: `mapping:${mapping}/v${number}`, reason, after, at: clock.now() });
  }
}

const VERBS = { submitted: 'submit', live: 'approve', refused: 'refuse', 'rolled-back': 'rollback' } as const;

/** The exact action as octets, and their digest. One spelling: members in this order, no space. */
function actionOf(version: Omit<NewMappingVersion, 'digest' | 'action' | 'request' | 'samples'>): {
  readonly action: Buffer;
  readonly digest: string;
} {
  const { id, mapping, number, base, text, codelists, links, author, mappingDigest } = version;
  const action = Buffer.from(
    JSON.stringify({
      profile: 'LB-MAPPING-VERSION-1',
      id,
      mapping,
      number,
      base,
      links,
      author: author.name,
      mappingDigest,
      text: sha256(Buffer.from(text)),
      codelists: codelists.map((list) => ({ path: list.path, text: sha256(Buffer.from(list.text)) })),
    }),
  );
  return { action, digest: sha256(action) };
}
