import { text, type Text } from '../conformance/case.ts';

/** What is tried, in order: each row needs those before it. */
export const CONNECTIVITY_ROWS = [
  'dns',
  'tcp',
  'tls',
  'client-certificate',
  'queue-permissions',
  'publish-confirm',
  'round-trip',
  'clock-skew',
  'large-message',
  'scripts',
] as const;
export type ConnectivityRow = (typeof CONNECTIVITY_ROWS)[number];

/** `skipped`: a row before it failed. `not applicable`: there is nothing to try, and `detail` says why. */
export type RowState = 'ok' | 'failed' | 'skipped' | 'not applicable';

export interface RowResult {
  readonly row: ConnectivityRow;
  readonly state: RowState;
  /** What was found: addresses, version and cipher, milliseconds, or the very error. */
  readonly detail: string;
  /** What the other side or the system said, for example ECONNREFUSED, CERT_HAS_EXPIRED, 403. */
  readonly code?: string;
  readonly ms: number;
}

export const ROW_TEXTS: Readonly<Record<ConnectivityRow, { readonly title: Text; readonly advice: Text }>> = {
  dns: {
    title: text('name resolves', '域名解析', 'имя разрешается', 'атау шешіледі'),
    advice: text(
      'Check the host name and the resolver of this machine.',
      '请检查主机名与本机的域名解析器。',
      'Проверьте имя узла и DNS этой машины.',
      'Хост атын және осы машинаның DNS-ін тексеріңіз.',
    ),
  },
  tcp: {
    title: text('connection opens', '连接建立', 'соединение открывается', 'қосылым ашылады'),
    advice: text(
      'Check port, firewall and allowed addresses on both sides.',
      '请检查双方的端口、防火墙与地址白名单。',
      'Проверьте порт, межсетевой экран и список адресов с обеих сторон.',
      'Екі жақтағы портты, желіаралық қалқанды және рұқсат етілген мекенжайларды тексеріңіз.',
    ),
  },
  tls: {
    title: text(
      'TLS version, cipher and certificate',
      'TLS 版本、加密套件与证书',
      'версия TLS, шифр и сертификат',
      'TLS нұсқасы, шифр және сертификат',
    ),
    advice: text(
      'TLS 1.2 or later with a certificate of this name by an authority known here (--ca).',
      '需要 TLS 1.2 以上，证书与名称相符，且由本机信任的机构签发（--ca）。',
      'Нужен TLS 1.2 и новее и сертификат на это имя от известного здесь центра (--ca).',
      'TLS 1.2 не одан жаңа және осында белгілі орталықтың осы атқа сертификаты керек (--ca).',
    ),
  },
  'client-certificate': {
    title: text('client certificate', '客户端证书', 'сертификат клиента', 'клиент сертификаты'),
    advice: text(
      'Present the certificate whose authority the other side knows (--client-cert, --client-key), and renew it in time.',
      '请出示对方信任的机构所签发的证书（--client-cert、--client-key），并及时更新。',
      'Предъявите сертификат от известного той стороне центра (--client-cert, --client-key) и вовремя обновляйте его.',
      'Қарсы жақ білетін орталықтың сертификатын көрсетіңіз (--client-cert, --client-key), оны уақытында жаңартыңыз.',
    ),
  },
  'queue-permissions': {
    title: text(
      'permissions: own mailbox or queues, and no others',
      '权限：仅限自己的信箱或队列',
      'права: свой ящик или очереди и никаких других',
      'құқықтар: тек өз жәшігі не кезектері',
    ),
    advice: text(
      'Have the operator run landbridge topology check; compare party, link id and key.',
      '请运维人员运行 landbridge topology check；核对参与方、链路编号与密钥。',
      'Пусть оператор выполнит landbridge topology check; сверьте сторону, связь и ключ.',
      'Оператор landbridge topology check орындасын; тарапты, байланысты және кілтті салыстырыңыз.',
    ),
  },
  'publish-confirm': {
    title: text('what is sent is confirmed', '发送得到确认', 'отправленное подтверждается', 'жіберілген расталады'),
    advice: text(
      'Nothing counts as sent without a confirm; check the routing key and whether our key is known there.',
      '未获确认不算已发送；请检查路由键以及对方是否已登记我方密钥。',
      'Без подтверждения ничего не отправлено; проверьте ключ маршрутизации и известен ли там наш ключ.',
      'Растаусыз ештеңе жіберілді деп саналмайды; бағыттау кілтін және кілтіміз онда белгілі ме, тексеріңіз.',
    ),
  },
  'round-trip': {
    title: text(
      'signed question and signed answer',
      '签名询问与签名应答往返',
      'подписанный вопрос и подписанный ответ',
      'қол қойылған сұрақ пен жауап',
    ),
    advice: text(
      'Exchange key documents again and compare fingerprints by telephone; the other end must be running.',
      '请重新交换密钥文档并电话核对指纹；对端须在运行。',
      'Обменяйтесь документами ключей заново и сверьте отпечатки по телефону; та сторона должна работать.',
      'Кілт құжаттарын қайта алмасып, саусақ іздерін телефонмен салыстырыңыз; қарсы жақ жұмыс істеп тұруы керек.',
    ),
  },
  'clock-skew': {
    title: text('clocks agree within 5 s', '时钟偏差在5秒以内', 'часы расходятся не больше чем на 5 с', 'сағат айырмасы 5 с ішінде'),
    advice: text(
      'Synchronise both clocks with NTP; from 300 s on messages are refused.',
      '请用 NTP 同步双方时钟；偏差达300秒起报文会被拒绝。',
      'Синхронизируйте часы по NTP; с 300 с сообщения отвергаются.',
      'Екі сағатты NTP арқылы үйлестіріңіз; 300 с-тан бастап хабарлар қабылданбайды.',
    ),
  },
  'large-message': {
    title: text('a large message', '大报文', 'большое сообщение', 'үлкен хабар'),
    advice: text(
      'Raise body limits of proxies in between, and the size agreed for the link.',
      '请提高中间代理的大小限制以及链路约定的上限。',
      'Увеличьте предел размера в прокси между сторонами и в соглашении о связи.',
      'Аралықтағы проксидің және байланыс келісімінің көлем шегін көтеріңіз.',
    ),
  },
  scripts: {
    title: text(
      'Chinese, Kazakh and Russian text',
      '中文、哈萨克文与俄文文本',
      'китайский, казахский и русский текст',
      'қытай, қазақ және орыс мәтіні',
    ),
    advice: text(
      'Nothing between the two ends may touch the octets; send documents as bytes, not as text.',
      '两端之间任何环节不得改动字节；请以字节而非文本方式发送文档。',
      'Ничто между сторонами не должно менять октеты; отправляйте документы байтами, а не текстом.',
      'Екі арада ештеңе октеттерді өзгертпеуі керек; құжатты мәтін емес, байт түрінде жіберіңіз.',
    ),
  },
};
