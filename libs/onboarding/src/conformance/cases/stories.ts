import { text, type Story } from '../case.ts';

const SEE_9 = text(
  'Verify in the order of LB-PROTO-1 §4 over the octets received, and leave out no step; §9 lists what must never be accepted.',
  '请按 LB-PROTO-1 第4节的顺序对收到的原始字节进行验证，不得省略任何一步；第9节列出了绝不可接受的内容。',
  'Проверяйте полученные октеты в порядке LB-PROTO-1 §4, не пропуская ни одного шага; §9 перечисляет то, что принимать нельзя.',
  'Алынған октеттерді LB-PROTO-1 §4 ретімен, бірде-бір қадамды қалдырмай тексеріңіз; §9 ешқашан қабылданбайтынын тізеді.',
);

/** The kinds of case and what is told about them. `{what}` is what makes one case differ from the next. */
export const STORIES = {
  refusedMessage: {
    purpose: text(
      'A message with {what} is never accepted.',
      '绝不接受带有“{what}”的报文。',
      'Сообщение, в котором {what}, никогда не принимается.',
      'Мынадай хабар ешқашан қабылданбайды: {what}.',
    ),
    given: text(
      'a link with agreed keys and a message that is right in everything else',
      '已交换密钥的链路，以及其他方面全部正确的报文',
      'связь с согласованными ключами и сообщение, верное во всём остальном',
      'кілттері келісілген байланыс және қалған жағынан дұрыс хабар',
    ),
    when: text('the message arrives with {what}', '到达的报文带有“{what}”', 'приходит сообщение: {what}', 'хабар келеді: {what}'),
    then: text(
      'it is not stored, no receipt is issued, and a signed "no" answers the question whether it is held',
      '不入库、不出具回执，并对“是否持有”的询问给出签名的“否”',
      'оно не сохраняется, квитанции нет, а на вопрос о нём даётся подписанное «нет»',
      'ол сақталмайды, түбіртек берілмейді, ал ол туралы сұраққа қол қойылған «жоқ» жауабы беріледі',
    ),
    advice: SEE_9,
  },
  acceptedMessage: {
    purpose: text(
      'A right message with {what} is accepted and receipted.',
      '正确的报文（{what}）被接受并出具回执。',
      'Верное сообщение ({what}) принимается, и на него выдаётся квитанция.',
      'Дұрыс хабар ({what}) қабылданып, оған түбіртек беріледі.',
    ),
    given: text('a link with agreed keys', '已交换密钥的链路', 'связь с согласованными ключами', 'кілттері келісілген байланыс'),
    when: text('a message arrives: {what}', '报文到达：{what}', 'приходит сообщение: {what}', 'хабар келеді: {what}'),
    then: text(
      'a signed receipt with R1 and R2 attests exactly the octets sent',
      '带 R1 与 R2 的签名回执准确证明所发送的字节',
      'подписанная квитанция R1 и R2 подтверждает именно отправленные октеты',
      'R1 және R2 деңгейлі қол қойылған түбіртек дәл жіберілген октеттерді растайды',
    ),
    advice: text(
      'Issue the receipt after the commit, over the JWS octets received, with every part as (name, algorithm, digest): LB-PROTO-1 §5.',
      '请在提交之后、对收到的 JWS 字节出具回执，并逐一列出每个部分的（名称、算法、摘要）：LB-PROTO-1 第5节。',
      'Выдавайте квитанцию после фиксации, по полученным октетам JWS, с каждой частью как (имя, алгоритм, дайджест): LB-PROTO-1 §5.',
      'Түбіртекті бекітуден кейін, алынған JWS октеттері бойынша, әр бөлікті (аты, алгоритмі, дайджесті) көрсетіп беріңіз: LB-PROTO-1 §5.',
    ),
  },
  refusalReceipt: {
    purpose: text(
      'An authentic message that {what} is answered with a signed refusal that says why.',
      '真实但“{what}”的报文，应以说明原因的签名拒绝回执答复。',
      'На подлинное сообщение ({what}) отвечают подписанным отказом с причиной.',
      'Түпнұсқа хабарға ({what}) себебі көрсетілген қол қойылған бас тарту беріледі.',
    ),
    given: text(
      'a link with agreed keys and a message whose sender is proven',
      '已交换密钥的链路，以及发送方已被证明的报文',
      'связь с согласованными ключами и сообщение доказанного отправителя',
      'кілттері келісілген байланыс және жіберушісі дәлелденген хабар',
    ),
    when: text('the message {what}', '报文：{what}', 'сообщение: {what}', 'хабар: {what}'),
    then: text(
      'it is kept, and the R2 receipt is "refused" and lists the errors with code and pointer',
      '报文被保存，R2 回执为“refused”，并列出错误代码与位置',
      'оно хранится, квитанция R2 — «refused» и перечисляет ошибки с кодом и указателем',
      'ол сақталады, R2 түбіртегі — «refused», қателері коды мен орны көрсетіліп тізіледі',
    ),
    advice: text(
      'Collect every error before you answer; each has a code of the error catalogue and a pointer into the sender’s own document.',
      '请在答复前收集全部错误；每个错误都应有错误目录中的代码和指向发送方文档的位置。',
      'Соберите все ошибки, прежде чем ответить; у каждой код каталога и указатель в документ отправителя.',
      'Жауап бермес бұрын барлық қатені жинаңыз; әрқайсысында каталог коды және жіберуші құжатындағы орны болсын.',
    ),
  },
  format: {
    purpose: text(
      'Documents of {what} are read in all four scripts, and a faulty one is refused with its errors.',
      '{what} 文档在四种文字下均可读取；有错误的文档被拒绝并列出错误。',
      'Документы {what} читаются во всех четырёх письменностях, а ошибочный отвергается с перечнем ошибок.',
      '{what} құжаттары төрт жазудың бәрінде оқылады, ал қатесі бары қателерімен қайтарылады.',
    ),
    given: text(
      'documents made from the mapping’s own rules, free text in Latin, Chinese, Russian and Kazakh letters',
      '按映射规则生成的文档，自由文本分别为拉丁文、中文、俄文和哈萨克文',
      'документы по правилам отображения, тексты латиницей, китайские, русские и казахские',
      'сәйкестендіру ережелерімен жасалған, мәтіні латын, қытай, орыс және қазақ әріпті құжаттар',
    ),
    when: text(
      'each arrives as the part of a signed message',
      '每份文档作为签名报文的部分到达',
      'каждый приходит частью подписанного сообщения',
      'әрқайсысы қол қойылған хабардың бөлігі болып келеді',
    ),
    then: text(
      'the R2 receipt says valid or refused as the rules say, and refused lists the expected codes',
      'R2 回执按规则给出 valid 或 refused，refused 时列出预期代码',
      'R2 говорит valid или refused, как велят правила, и refused перечисляет ожидаемые коды',
      'R2 ереже бойынша valid не refused дейді, refused күтілген кодтарды тізеді',
    ),
    advice: text(
      'Compare with `landbridge validate` on the same document; mapping tables are printed by `landbridge mapping docs`.',
      '请用 `landbridge validate` 检查同一文档并比较；映射表可由 `landbridge mapping docs` 输出。',
      'Сравните с `landbridge validate` на том же документе; таблицы печатает `landbridge mapping docs`.',
      'Сол құжатты `landbridge validate` нәтижесімен салыстырыңыз; кестелерді `landbridge mapping docs` шығарады.',
    ),
  },
  flow: {
    purpose: text('{what}.', '{what}。', '{what}.', '{what}.'),
    given: text(
      'a link on which messages were accepted before',
      '已接受过报文的链路',
      'связь, по которой сообщения уже принимались',
      'бұрын хабарлар қабылданған байланыс',
    ),
    when: text('the messages of this case arrive', '本用例的报文到达', 'приходят сообщения этого случая', 'осы жағдайдың хабарлары келеді'),
    then: text(
      'each has one effect only, and receipts and answers say so',
      '每份报文只产生一次效果，回执与应答均予以证明',
      'каждое действует только один раз, о чём говорят квитанции и ответы',
      'әрқайсысының әсері бір-ақ рет болады, түбіртек пен жауап соны айтады',
    ),
    advice: text(
      '(sender, message id) is unique for ever; same digest: return the stored receipt, same octets; other digest: refuse (LB-PROTO-1 §4).',
      '（发送方，报文编号）永久唯一；摘要相同则返回已存回执的原字节；摘要不同则拒绝（LB-PROTO-1 第4节）。',
      '(отправитель, id) уникальны навсегда; тот же дайджест — вернуть ту же квитанцию; другой — отказать (LB-PROTO-1 §4).',
      '(жіберуші, id) мәңгі бірегей; дайджест сол болса — сақталған түбіртекті қайтару; басқа болса — бас тарту (LB-PROTO-1 §4).',
    ),
  },
  question: {
    purpose: text(
      'A question with {what} is not answered.',
      '对带有“{what}”的询问不予应答。',
      'На вопрос, в котором {what}, ответа нет.',
      'Мынадай сұраққа жауап берілмейді: {what}.',
    ),
    given: text(
      'a message that the endpoint holds',
      '端点已持有的报文',
      'сообщение, которое есть у конечной точки',
      'соңғы нүктеде бар хабар',
    ),
    when: text('it is asked about: {what}', '就其提出询问：{what}', 'о нём спрашивают: {what}', 'ол туралы сұралады: {what}'),
    then: text(
      'no answer is given, while a right question behind it is answered',
      '不予应答，而其后的正确询问得到应答',
      'ответа нет, а на верный вопрос за ним — есть',
      'жауап берілмейді, ал одан кейінгі дұрыс сұраққа беріледі',
    ),
    advice: SEE_9,
  },
  misreceipt: {
    purpose: text(
      'A receipt of ours with {what} never settles a message of the endpoint.',
      '我方带有“{what}”的回执绝不能了结端点的报文。',
      'Наша квитанция, в которой {what}, не закрывает сообщение конечной точки.',
      'Біздің мынадай түбіртегіміз соңғы нүктенің хабарын жаппайды: {what}.',
    ),
    given: text(
      'a message that the endpoint sent',
      '端点所发送的报文',
      'сообщение, которое отправила конечная точка',
      'соңғы нүкте жіберген хабар',
    ),
    when: text(
      'a receipt about it arrives with {what}',
      '关于它的回执到达，带有“{what}”',
      'о нём приходит квитанция: {what}',
      'ол туралы түбіртек келеді: {what}',
    ),
    then: text('the receipt is refused', '该回执被拒绝', 'квитанция отвергается', 'түбіртек қабылданбайды'),
    advice: text(
      'Check signature, typ, issuer, about and every (part, algorithm, digest) as an exact multiset before a message counts as delivered: LB-PROTO-1 §5.',
      '在认定报文已送达之前，请核对签名、typ、issuer、about 以及每个（部分、算法、摘要）的精确多重集：LB-PROTO-1 第5节。',
      'Прежде чем считать сообщение доставленным, сверьте подпись, typ, issuer, about и точное мультимножество (часть, алгоритм, дайджест): LB-PROTO-1 §5.',
      'Хабарды жеткізілді деп санамас бұрын қолтаңбаны, typ, issuer, about және (бөлік, алгоритм, дайджест) дәл мультижиынын тексеріңіз: LB-PROTO-1 §5.',
    ),
  },
  rotation: {
    purpose: text('{what}.', '{what}。', '{what}.', '{what}.'),
    given: text(
      'a link with agreed keys and a second key of one side',
      '已交换密钥的链路，且一方另有第二把密钥',
      'связь с согласованными ключами и второй ключ одной из сторон',
      'кілттері келісілген байланыс және бір тараптың екінші кілті',
    ),
    when: text('the key takes its next step', '密钥进入下一步', 'ключ делает следующий шаг', 'кілт келесі қадамға өтеді'),
    then: text(
      'what is signed with a good key is accepted, with a retired or compromised one never, and no message is lost',
      '有效密钥签名的报文被接受，已退役或泄露密钥签名的绝不接受，且不丢失任何报文',
      'подписанное годным ключом принимается, отозванным или скомпрометированным — никогда, и ничего не теряется',
      'жарамды кілтпен қол қойылғаны қабылданады, шығарылған не ашылып қалғанымен — ешқашан, ештеңе жоғалмайды',
    ),
    advice: text(
      'Resolve keys from the stored key document at the moment of receiving, in every place: messages, receipts, questions, tokens (LB-PROTO-1 §3).',
      '请在接收时刻从已存密钥文档解析密钥，并用于所有环节：报文、回执、询问、令牌（LB-PROTO-1 第3节）。',
      'Берите ключи из сохранённого документа в момент приёма, всюду: сообщения, квитанции, вопросы, токены (LB-PROTO-1 §3).',
      'Кілтті қабылдау сәтінде сақталған құжаттан алыңыз, барлық жерде: хабар, түбіртек, сұрақ, токен (LB-PROTO-1 §3).',
    ),
  },
} satisfies Readonly<Record<string, Story>>;
