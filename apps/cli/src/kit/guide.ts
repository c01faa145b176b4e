import type { Language } from '#onboarding';

/** The steps are the same in every language; only the words around them differ. */
const STEPS = (party: string): readonly string[] => [
  'LANDBRIDGE_DATA=gateway LANDBRIDGE_AGREEMENTS=gateway/agreements.json landbridge start',
  `landbridge connectivity test --url http://127.0.0.1:8080 --link sandbox --self ${party} --peer LBG --keys partner/keys`,
  `LANDBRIDGE_AGREEMENTS=gateway/agreements.json landbridge send samples/good/hello.json --as ${party} --url http://127.0.0.1:8080 --keys partner/keys`,
  `landbridge conformance run --against http://127.0.0.1:8080 --link sandbox --self ${party} --peer LBG --keys partner/keys --report report --short`,
  `landbridge conformance run --listen 8099 --role partner --link sandbox --self LBG --peer ${party} --keys gateway/keys --report report-of-mine`,
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
      'Let your own system connect to http://127.0.0.1:8099 and be judged itself (import partner/keys’ public document of your own key with landbridge keys import first).',
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
      '让您自己的系统连接 http://127.0.0.1:8099 接受评判（请先用 landbridge keys import 导入您自己密钥的公开文档）。',
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
      'Пусть ваша собственная система подключится к http://127.0.0.1:8099 и будет проверена сама (сначала внесите открытый документ своего ключа: landbridge keys import).',
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
      'Өз жүйеңіз http://127.0.0.1:8099 мекенжайына қосылып, өзі тексерілсін (алдымен өз кілтіңіздің ашық құжатын landbridge keys import арқылы енгізіңіз).',
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
