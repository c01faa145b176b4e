/** Keys change without a message being lost or a wrong one taken: ours, and the endpoint's. */
import { directoryKey, generateKey, LocalSigner, nextKeyDocument, signKeyDocument, type KeyChange, type SealedMessage } from '#trust';
import type { Bench } from '../bench.ts';
import { text, type ConformanceCase } from '../case.ts';
import type { Checks } from '../checks.ts';
import { checkReceipts, checkRefused } from '../receipt-checks.ts';
import { STORIES } from './stories.ts';

async function change(bench: Bench, step: KeyChange, signer = bench.signer) {
  const { directory, self, now } = bench.options;
  return bench.publish(nextKeyDocument(self, directory.document(self), step, now()), signer);
}

async function accepted(bench: Bench, checks: Checks, sealed: SealedMessage): Promise<void> {
  const { receipts } = await bench.deliver(sealed);
  checkReceipts(checks, bench, sealed, receipts, { status: 'valid' });
}

/** A second key of ours, published to the endpoint. */
async function publishedKey(bench: Bench, checks: Checks): Promise<LocalSigner> {
  const next = await bench.options.makeKey(bench.signer.alg === 'ES256' ? 'Ed25519' : 'ES256');
  const accepts = await change(bench, { change: 'add', key: directoryKey(next.jwk, { from: bench.options.now(), status: 'published' }) });
  checks.that('statement: the new key is accepted', accepts?.includes(next.kid) === true, accepts, next.kid);
  checks.that('statement: the old key is accepted', accepts?.includes(bench.signer.kid) === true, accepts, bench.signer.kid);
  return next;
}

const rotation = (
  id: string,
  what: ConformanceCase['what'],
  run: ConformanceCase['run'],
  more: Partial<ConformanceCase> = {},
): ConformanceCase => ({ id, group: 'rotation', story: STORIES.rotation, what, run, ...more });

export const ROTATION_CASES: readonly ConformanceCase[] = [
  rotation(
    'ROT-001',
    text(
      'A signed question about keys is answered with its nonce',
      '对密钥的签名询问以其随机数应答',
      'На подписанный вопрос о ключах отвечают его же числом',
      'Кілттер туралы қол қойылған сұраққа оның санымен жауап беріледі',
    ),
    async (bench, checks) => {
      const { answered, kid } = await bench.ping();
      checks.equal('statement: answered', answered, true);
      checks.that(
        'statement: by a key of the endpoint',
        bench.options.directory.records(bench.options.peer).some((key) => key.kid === kid),
        kid,
        'a key of its document',
      );
    },
    { short: true },
  ),
  rotation(
    'ROT-002',
    text(
      'A message signed with a key not yet published is refused',
      '以尚未公布的密钥签名的报文被拒绝',
      'Сообщение, подписанное неопубликованным ключом, отвергается',
      'Жарияланбаған кілтпен қол қойылған хабар қабылданбайды',
    ),
    async (bench, checks) => {
      const sealed = bench.draft({ signer: new LocalSigner(generateKey('ES256')) });
      await checkRefused(checks, bench, sealed.frame, sealed, ['SIGNATURE_INVALID']);
    },
    { short: true },
  ),
  rotation(
    'ROT-003',
    text(
      'Both keys verify during the overlap, the old one never after it was retired',
      '重叠期内两把密钥均有效，旧密钥退役后绝不再有效',
      'Во время перекрытия годны оба ключа, старый после отзыва — никогда',
      'Қабаттасу кезінде екі кілт те жарамды, ескісі шығарылғаннан кейін — ешқашан',
    ),
    async (bench, checks) => {
      const old = bench.signer;
      const next = await publishedKey(bench, checks);
      await accepted(bench, checks, bench.message({ signer: next }));
      await accepted(bench, checks, bench.message({ signer: old }));
      await change(bench, { change: 'activate', kid: next.kid }, old);
      bench.signWith(next);
      await accepted(bench, checks, bench.message({ signer: old }));
      const held = bench.message();
      await accepted(bench, checks, held);
      const accepts = await change(bench, { change: 'retire', kid: old.kid });
      checks.that('statement: the retired key is not accepted', accepts?.includes(old.kid) === false, accepts, `without ${old.kid}`);
      const late = bench.draft({ signer: old });
      await checkRefused(checks, bench, late.frame, late, ['SIGNATURE_INVALID']);
      await accepted(bench, checks, bench.message());
    },
    { short: true },
  ),
  rotation(
    'ROT-004',
    text(
      'A compromised key is refused at once',
      '泄露的密钥立即被拒绝',
      'Скомпрометированный ключ отвергается сразу',
      'Ашылып қалған кілт бірден қабылданбайды',
    ),
    async (bench, checks) => {
      const next = await publishedKey(bench, checks);
      await accepted(bench, checks, bench.message({ signer: next }));
      const accepts = await change(bench, { change: 'compromise', kid: next.kid, since: bench.options.now() });
      checks.that('statement: the compromised key is not accepted', accepts?.includes(next.kid) === false, accepts, `without ${next.kid}`);
      const late = bench.draft({ signer: next });
      await checkRefused(checks, bench, late.frame, late, ['SIGNATURE_INVALID']);
      await accepted(bench, checks, bench.message());
    },
  ),
  rotation(
    'ROT-005',
    text(
      'A key document signed by a stranger changes nothing',
      '陌生人签名的密钥文档不产生任何效果',
      'Документ ключей за подписью чужого ничего не меняет',
      'Бөтен қол қойған кілт құжаты ештеңені өзгертпейді',
    ),
    async (bench, checks) => {
      const { self, directory, now } = bench.options;
      const stranger = new LocalSigner(generateKey('ES256'));
      const forged = nextKeyDocument(
        self,
        directory.document(self),
        { change: 'add', key: directoryKey(stranger.jwk, { from: now() }) },
        now(),
      );
      await bench.send(signKeyDocument(forged, stranger, now()), 'keys');
      checks.equal('the endpoint still answers', (await bench.ping()).answered, true);
      const sealed = bench.draft({ signer: stranger });
      await checkRefused(checks, bench, sealed.frame, sealed, ['SIGNATURE_INVALID']);
    },
    { short: true },
  ),
  rotation(
    'ROT-006',
    text(
      'An older version of a key document changes nothing',
      '旧版本的密钥文档不产生任何效果',
      'Старая версия документа ключей ничего не меняет',
      'Кілт құжатының ескі нұсқасы ештеңені өзгертпейді',
    ),
    async (bench, checks) => {
      const { self, directory, now } = bench.options;
      const before = directory.document(self)!;
      const next = await publishedKey(bench, checks);
      await change(bench, { change: 'retire', kid: next.kid });
      await bench.send(signKeyDocument(before, bench.signer, now()), 'keys');
      checks.equal('the endpoint still answers', (await bench.ping()).answered, true);
      const sealed = bench.draft({ signer: next });
      await checkRefused(checks, bench, sealed.frame, sealed, ['SIGNATURE_INVALID']);
      await accepted(bench, checks, bench.message());
    },
  ),
  rotation(
    'ROT-007',
    text(
      'The endpoint rotates its own key and every receipt verifies',
      '端点轮换自己的密钥，所有回执仍可验证',
      'Конечная точка меняет свой ключ, и все квитанции проверяются',
      'Соңғы нүкте өз кілтін ауыстырады, барлық түбіртек тексеріледі',
    ),
    async (bench, checks) => {
      const { endpoint, directory, peer, now, deadlineMs } = bench.options;
      const before = directory.signingKey(peer, now())?.kid;
      await endpoint.rotate!();
      await accepted(bench, checks, bench.message());
      const after = await bench.inbox.wait(() => {
        const kid = directory.signingKey(peer, now())?.kid;
        return kid === before ? undefined : kid;
      }, deadlineMs);
      checks.that('key document: another active key', after !== undefined, after, `not ${before}`);
      await accepted(bench, checks, bench.message());
      checks.equal('statement: answered', (await bench.ping()).answered, true);
    },
    { needs: 'rotate', short: true },
  ),
];
