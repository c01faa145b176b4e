/** The parties of a chaos run as a process of their own: all sources, or all receivers. Started by `fork`, see party-process.ts. */
import { AmqpPartner, KeyFolder, loadMasterKey, PartnerKeys } from '#adapters';
import { readAgreements, readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { PartyJournal } from './party-journal.ts';
import { PartyRotation } from './party-rotation.ts';
import { NO_STATUS, type PartyCommand, type PartySettings, type PartyStatus } from './party-settings.ts';
import { Random } from './random.ts';
import { Receiver } from './receiver.ts';
import { SendQueue } from './send-queue.ts';
import { Source } from './source.ts';

type Party = {
  start(): void;
  status(): PartyStatus;
  stop(): Promise<void>;
  finish?(): Promise<void>;
  settle(): void;
  reconnected?(): void;
};

async function open(settings: PartySettings): Promise<Party[]> {
  const agreements = readAgreements(settings.agreements);
  const sources = [...new Set(agreements.routes.map(({ from }) => from))];
  const receivers = [...new Set(agreements.routes.map(({ to }) => to))];
  const folder = await KeyFolder.open(settings.keys, await loadMasterKey(settings.masterKey, ''));
  const translator = createTranslator(readTranslationFiles());
  const names = settings.role === 'sources' ? sources : receivers;
  return Promise.all(
    names.map(async (party, index) => {
      const link = agreements.links.find(({ partner }) => partner === party)!;
      const made: { party?: Party } = {};
      const endpoint = await AmqpPartner.connect({
        url: settings.urls[party] ?? '',
        link: link.id,
        concurrency: 16,
        confirmMs: 5_000,
        reconnectCapMs: 1_000,
        onEvent: ({ kind }) => kind === 'connected' && made.party?.reconnected?.(),
      });
      const keys = await PartnerKeys.open({ party, gateway: agreements.gateway, folder, now: () => new Date() });
      const journal = await PartyJournal.open(settings.journals, party);
      const queue = new SendQueue(endpoint);
      const common = {
        party,
        signer: keys.signer,
        directory: keys.directory,
        endpoint,
        queue,
        rotation: new PartyRotation({ keys, queue, journal, rotate: settings.rotate }),
        journal,
        random: new Random(settings.seed + index * 7919),
      };
      made.party =
        settings.role === 'receivers'
          ? new Receiver({ ...common, gateway: agreements.gateway })
          : new Source({
              ...common,
              agreements,
              translator,
              rate: settings.rate,
              keys: Array.from({ length: settings.keysPerSource }, (_, n) => String(31_000_000 + index * 1_000_000 + n)),
            });
      return made.party;
    }),
  );
}

function sum(parties: readonly Party[]): PartyStatus {
  const total: Record<string, number> = {};
  for (const party of parties)
    for (const [name, value] of Object.entries(party.status())) if (typeof value === 'number') total[name] = (total[name] ?? 0) + value;
  return { ...NO_STATUS, ...total };
}

let parties: Party[] = [];
const tell = (status: PartyStatus): void => void (process.connected && process.send?.(status));

async function obey(message: PartyCommand): Promise<void> {
  if (message.command === 'start') {
    parties = await open(message.settings);
    for (const party of parties) party.start();
    setInterval(() => tell(sum(parties)), 200);
    tell(sum(parties));
  } else if (message.command === 'finish') {
    await Promise.all(parties.map((party) => party.finish?.()));
  } else if (message.command === 'settle') {
    for (const party of parties) party.settle();
  } else {
    await Promise.all(parties.map((party) => party.stop()));
    process.exit(0);
  }
}

process.on('message', (message: PartyCommand) => void obey(message));
// The harness is gone, however it ended: nobody reads these journals any more.
process.on('disconnect', () => process.exit(1));
// Ctrl-C reaches the whole group; the harness decides when we end.
process.on('SIGINT', () => undefined);
