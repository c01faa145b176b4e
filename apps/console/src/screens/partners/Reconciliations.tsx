import { useQuery } from '@tanstack/react-query';
import { Alert, Input, Space, Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { api } from '../../api/client.ts';
import { useErrorWords } from '../../api/errors.ts';
import type { Session } from '../../api/session.ts';
import { Failure } from '../../shell/Failure.tsx';
import { Heading } from '../../shell/Heading.tsx';
import { Moment } from '../../shell/Moment.tsx';

type Run = readonly [number, number];
const KINDS = ['missingThere', 'missingHere', 'differing', 'unexplained'] as const;
type OneWay = Readonly<Partial<Record<(typeof KINDS)[number], readonly Run[]>>>;
interface BothWays {
  readonly out: OneWay;
  readonly in: OneWay;
}
interface Day {
  readonly link: string;
  readonly day: string;
  readonly state: 'open' | 'agreed' | 'disagreed' | 'contradicted';
  readonly sent: number;
  readonly received: number;
  readonly made: string;
  readonly answered?: string;
  readonly differences?: BothWays;
  readonly answers?: readonly { readonly at: string; readonly digest: string; readonly agreed: boolean; readonly differences?: BothWays }[];
  readonly code?: string;
}

const MARKS: Readonly<Record<Day['state'], readonly [string, string]>> = {
  open: ['…', 'default'],
  agreed: ['✓', 'success'],
  disagreed: ['✕', 'error'],
  contradicted: ['✕', 'error'],
};

/** What we and each partner signed about each day of a link, what differs, and what to do about it. */
export function Reconciliations({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const link = address.get('link') ?? '';
  const { data, error, refetch } = useQuery({
    queryKey: ['reconciliations', link],
    queryFn: () => api.get<{ reconciliations: Day[] }>(`/api/reconciliations?limit=200${link && `&link=${encodeURIComponent(link)}`}`),
  });
  return (
    <Space orientation="vertical" style={{ width: '100%' }} size="large">
      <Heading screen="partners" part="reconciliations" session={session} />
      <Input.Search
        key={link}
        allowClear
        defaultValue={link}
        placeholder={t('message.link')}
        aria-label={t('message.link')}
        style={{ maxWidth: 320 }}
        onSearch={(text) => setAddress(text.trim() === '' ? {} : { link: text.trim() })}
      />
      {error ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : (
        <Table<Day>
          rowKey={(one) => `${one.link} ${one.day}`}
          size="small"
          loading={!data}
          pagination={{ pageSize: 50, showSizeChanger: false, hideOnSinglePage: true }}
          scroll={{ x: 'max-content' }}
          dataSource={data?.reconciliations ?? []}
          locale={{ emptyText: t('reconciliation.none') }}
          expandable={{ rowExpandable: ({ code }) => code !== undefined, expandedRowRender: (one) => <Trouble day={one} /> }}
          columns={[
            { title: t('reconciliation.day'), dataIndex: 'day', className: 'mono' },
            { title: t('message.link'), dataIndex: 'link' },
            { title: t('message.state'), dataIndex: 'state', render: (state: Day['state']) => <DayState state={state} /> },
            { title: t('reconciliation.sent'), dataIndex: 'sent', align: 'right' },
            { title: t('reconciliation.received'), dataIndex: 'received', align: 'right' },
            { title: t('reconciliation.made'), dataIndex: 'made', render: (at: string) => <Moment at={at} /> },
            { title: t('reconciliation.answered'), dataIndex: 'answered', render: (at?: string) => (at ? <Moment at={at} /> : '–') },
          ]}
        />
      )}
    </Space>
  );
}

function DayState({ state }: { state: Day['state'] }) {
  const { t } = useTranslation();
  const [sign, colour] = MARKS[state];
  return (
    <Tag color={colour}>
      <span aria-hidden="true">{sign}</span> {t(`reconciliation.${state}`)}
    </Tag>
  );
}

/** What differs by sequence number, and what to do; of a contradicted day what each answer said, the first one first. */
function Trouble({ day: { code = '', differences, answers } }: { day: Day }) {
  const { t, i18n } = useTranslation();
  const words = useErrorWords()(code, i18n.language);
  const described = useDifferences();
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Alert type="error" showIcon title={`${code} ${words?.text ?? ''}`} description={words?.action} />
      <ul style={{ margin: 0 }}>
        {differences && described(differences).map((line) => <li key={line}>{line}</li>)}
        {answers?.map(({ at, digest, agreed, differences: told }) => (
          <li key={digest}>
            <Moment at={at} /> · {agreed ? t('reconciliation.agreed') : told && described(told).join(' · ')}
          </li>
        ))}
      </ul>
    </Space>
  );
}

function useDifferences(): (differences: BothWays) => string[] {
  const { t } = useTranslation();
  return (differences) =>
    (['out', 'in'] as const).flatMap((way) =>
      KINDS.flatMap((kind) => {
        const runs = differences[way][kind] ?? [];
        return runs.length === 0 ? [] : [`${t(`direction.${way}`)}, ${t(`reconciliation.${kind}`)}: ${runs.map(textOf).join(' ')}`];
      }),
    );
}

const textOf = ([first, last]: Run): string => (first === last ? String(first) : `${first}–${last}`);
