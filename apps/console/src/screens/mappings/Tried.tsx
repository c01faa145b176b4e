import { Descriptions, Space, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Corpus, MappingDifference, MappingVerdict, Shadow } from '../../api/mapping-versions.ts';
import { Moment } from '../../shell/Moment.tsx';

const VERDICTS: readonly MappingVerdict[] = ['same', 'differs', 'mended', 'broken', 'failing'];
const MESSAGE_ID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

/** How a version fared on what is known. Places and counts only: whoever may see payloads follows the example. */
export function CorpusResult({ corpus }: { corpus: Corpus }) {
  const { t } = useTranslation();
  const { fixture, sample, message } = corpus.origins;
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 3 }}
        items={[
          { key: 'at', label: t('mappingVersion.triedAt'), children: <Moment at={corpus.at} /> },
          { key: 'origins', label: t('mappingVersion.documents'), children: t('mappingVersion.origins', { fixture, sample, message }) },
          ...verdictItems(corpus.verdicts, t),
        ]}
      />
      {corpus.broken.length > 0 && <Names title={t('mappingVersion.brokenOnes')} names={corpus.broken} />}
      {corpus.failing.length > 0 && <Names title={t('mappingVersion.failingOnes')} names={corpus.failing} />}
      <Differences differences={corpus.differences} />
    </Space>
  );
}

/** How it fares on live traffic. */
export function ShadowRun({ shadow }: { shadow: Shadow }) {
  const { t } = useTranslation();
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 3 }}
        items={[
          { key: 'started', label: t('mappingVersion.startedAt'), children: <Moment at={shadow.startedAt} /> },
          {
            key: 'ended',
            label: t('mappingVersion.endedAt'),
            children: shadow.endedAt ? <Moment at={shadow.endedAt} /> : t('mappingVersion.running'),
          },
          { key: 'looked', label: t('mappingVersion.looked'), children: `${shadow.looked} / ${shadow.most}` },
          ...verdictItems(shadow.verdicts, t),
        ]}
      />
      <Differences differences={shadow.differences} />
    </Space>
  );
}

const verdictItems = (verdicts: Readonly<Record<MappingVerdict, number>>, t: (key: string) => string) =>
  VERDICTS.map((verdict) => ({ key: verdict, label: t(`mappingVersion.verdicts.${verdict}`), children: verdicts[verdict] }));

function Names({ title, names }: { title: string; names: readonly string[] }) {
  return (
    <details>
      <summary>
        {title} ({names.length})
      </summary>
      <ul>
        {names.map((name) => (
          <li key={name} className="mono">
            <Example name={name} />
          </li>
        ))}
      </ul>
    </details>
  );
}

const Example = ({ name }: { name: string }) => (MESSAGE_ID.test(name) ? <Link to={`/messages/${name}`}>{name}</Link> : name);

function Differences({ differences }: { differences: readonly MappingDifference[] }) {
  const { t } = useTranslation();
  return (
    <Table<MappingDifference>
      rowKey={({ kind, code, place }) => `${kind} ${code} ${place}`}
      size="small"
      scroll={{ x: 'max-content' }}
      pagination={{ pageSize: 25, showSizeChanger: false, hideOnSinglePage: true }}
      dataSource={differences as MappingDifference[]}
      locale={{ emptyText: t('mappingVersion.noDifference') }}
      columns={[
        { title: t('mappingVersion.count'), dataIndex: 'count', align: 'end' },
        { title: t('mappingVersion.kind'), dataIndex: 'kind', render: (kind: string) => t(`mappingVersion.kinds.${kind}`) },
        { title: t('message.code'), dataIndex: 'code', className: 'mono' },
        { title: t('content.place'), dataIndex: 'place', className: 'mono' },
        { title: t('mappingVersion.example'), dataIndex: 'example', className: 'mono', render: (name: string) => <Example name={name} /> },
      ]}
    />
  );
}
