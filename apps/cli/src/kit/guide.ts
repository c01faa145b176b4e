import type { Language } from '#onboarding';

/** The steps are the same in every language; only the words around them differ. */
const CLIENT = 'python3 clients/python/landbridge_partner.py';
const STEPS = (party: string): readonly string[] => [
  'LANDBRIDGE_DATA=gateway LANDBRIDGE_AGREEMENTS=gateway/agreements.json landbridge start',
  `landbridge connectivity test --url http://127.0.0.1:8080 --link sandbox --self ${party} --peer LBG --keys partner/keys`,
  `LANDBRIDGE_AGREEMENTS=gateway/agreements.json landbridge send samples/good/hello.json --as ${party} --url http://127.0.0.1:8080 --keys partner/keys`,
  `landbridge conformance run --against http://127.0.0.1:8080 --link sandbox --self ${party} --peer LBG --keys partner/keys --report report --short`,
  [
    `${CLIENT} keygen --home mine --party ${party}`,
    `${CLIENT} trust --home mine judge/keys/LBG.keys.json`,
    `landbridge keys import mine/${party}.keys.json --keys judge/keys --yes`,
  ].join('\n   '),
  `landbridge conformance run --listen 8099 --role partner --link sandbox --self LBG --peer ${party} --keys judge/keys --report report-of-mine --group signature --group receipt --group question`,
  `${CLIENT} run --home mine --party ${party} --gateway LBG --url http://127.0.0.1:8099 --link sandbox --test`,
];

interface Words {
  readonly title: string;
  readonly intro: string;
  readonly steps: readonly string[];
  readonly samples: string;
  readonly keys: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Partner kit',
    intro: 'Run these in this folder, the first in a terminal of its own. Nothing leaves this machine.',
    steps: [
      'Start the sandbox gateway.',
      'See whether everything between you and it works.',
      'Send the first signed message; the receipt is printed.',
      'See how the suite judges a gateway.',
      'Make keys for your own system and tell both sides about the other; the Python client stands for it here.',
      'Let the suite stand where the gateway would, at http://127.0.0.1:8099; it waits for your system.',
      'Start your system in another terminal; it is judged.',
    ],
    samples:
      'samples/good are valid documents, samples/bad are not; beside each stands what a receiver must say (.expected.json) and, where it is valid, the canonical message (.canonical.json).',
    keys: 'The keys here are for the sandbox. For a real link make new ones and compare fingerprints by telephone.',
  },
  zh: {
    title: '合作伙伴工具包',
    intro: '请在本文件夹中运行以下命令，第一条在单独的终端中运行。任何数据都不会离开本机。',
    steps: [
      '启动沙箱网关。',
      '检查您与网关之间的每一环节。',
      '发送第一份签名报文；回执会打印出来。',
      '查看测试套件如何评判网关。',
      '为您自己的系统生成密钥，并让双方互相认识；此处以 Python 客户端代替。',
      '让测试套件在 http://127.0.0.1:8099 代替网关，等待您的系统。',
      '在另一终端启动您的系统，接受评判。',
    ],
    samples:
      'samples/good 为有效文档，samples/bad 为无效文档；旁边的 .expected.json 是接收方必须给出的结论，有效文档另附规范报文 .canonical.json。',
    keys: '此处的密钥仅用于沙箱。正式链路请生成新密钥，并通过电话核对指纹。',
  },
  ru: {
    title: 'Набор партнёра',
    intro: 'Выполняйте команды в этой папке, первую — в отдельном терминале. Ничто не покидает эту машину.',
    steps: [
      'Запустите шлюз-песочницу.',
      'Проверьте всё, что лежит между вами и им.',
      'Отправьте первое подписанное сообщение; квитанция будет напечатана.',
      'Посмотрите, как набор судит шлюз.',
      'Создайте ключи своей системы и сообщите сторонам друг о друге; здесь её заменяет клиент на Python.',
      'Пусть набор встанет на место шлюза, http://127.0.0.1:8099; он ждёт вашу систему.',
      'Запустите свою систему в другом терминале; она будет проверена.',
    ],
    samples:
      'В samples/good верные документы, в samples/bad — ошибочные; рядом стоит, что должен сказать получатель (.expected.json), а для верных — каноническое сообщение (.canonical.json).',
    keys: 'Эти ключи только для песочницы. Для настоящей связи создайте новые и сверьте отпечатки по телефону.',
  },
  kk: {
    title: 'Әріптес жинағы',
    intro: 'Пәрмендерді осы қалтада орындаңыз, біріншісін бөлек терминалда. Ештеңе осы машинадан шықпайды.',
    steps: [
      'Сынақ шлюзін іске қосыңыз.',
      'Сіз бен оның арасындағының бәрін тексеріңіз.',
      'Алғашқы қол қойылған хабарды жіберіңіз; түбіртегі басып шығарылады.',
      'Жинақтың шлюзді қалай бағалайтынын көріңіз.',
      'Өз жүйеңізге кілт жасап, екі жақты бір-бірімен таныстырыңыз; мұнда оның орнында Python клиенті.',
      'Жинақ http://127.0.0.1:8099 мекенжайында шлюз орнына тұрып, жүйеңізді күтсін.',
      'Жүйеңізді басқа терминалда іске қосыңыз; ол бағаланады.',
    ],
    samples:
      'samples/good — жарамды құжаттар, samples/bad — қатесі барлары; қасында алушы не айтуы керегі (.expected.json), ал жарамдысында канондық хабар (.canonical.json) тұр.',
    keys: 'Бұл кілттер тек сынаққа арналған. Нақты байланысқа жаңасын жасап, саусақ іздерін телефонмен салыстырыңыз.',
  },
};

/** The guide of a kit in one language. */
export function guide(party: string, language: Language): string {
  const { title, intro, steps, samples, keys } = WORDS[language];
  const commands = STEPS(party).map((command, i) => `${i + 1}. ${steps[i] ?? ''}\n\n   \`\`\`\n   ${command}\n   \`\`\`\n`);
  return `# ${title}\n\n${intro}\n\n${commands.join('\n')}\n${samples}\n\n${keys}\n`;
}
