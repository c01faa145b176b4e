import { useQuery } from '@tanstack/react-query';
import { Card, Col, Row, Statistic, Tag, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api } from '../api/client.ts';
import type { Durations, Expiry, FirstPass, LinkFigures } from '../api/links.ts';
import { stamp } from '../shell/times.ts';

/** What the last day was like, per link and together. */
export const useFigures = (): LinkFigures | undefined =>
  useQuery({ queryKey: ['figures'], queryFn: () => api.get<LinkFigures>('/api/links/figures'), staleTime: 30_000, refetchInterval: 60_000 })
    .data;

/** `97.5 %`, rounded down: only what passed wholly is 100 %. Nothing where nothing was judged. */
export function useShare(): (figure: FirstPass | undefined) => string {
  const { i18n } = useTranslation();
  return (figure) => {
    if (!figure || figure.judged === 0) return '–';
    const share = Math.floor((figure.passed / figure.judged) * 1_000) / 1_000;
    return new Intl.NumberFormat(i18n.language, { style: 'percent', maximumFractionDigits: 1 }).format(share);
  };
}

const LENGTHS = [
  ['hours', 3_600],
  ['minutes', 60],
  ['seconds', 1],
] as const;

/** `1.2 s / 4 min`: half of them took at most the first, nine of ten at most the second. */
function useLength(): (durations: Durations | undefined) => string {
  const { t, i18n } = useTranslation();
  const one = (seconds: number | undefined): string => {
    if (seconds === undefined) return '–';
    const [unit, length] = LENGTHS.find(([, size]) => seconds >= size) ?? LENGTHS[2];
    return t(`figure.${unit}`, { value: new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 1 }).format(seconds / length) });
  };
  return (durations) => (durations?.p50Seconds === undefined ? '–' : `${one(durations.p50Seconds)} / ${one(durations.p90Seconds)}`);
}

/** So many days before the end somebody should begin, and so many before it is late. */
const [BEGIN, LATE] = [30, 7];

/** Days until a key or its certificate runs out: in words, marked when it is time. */
export function RunsOut({ expiry: { what, kid, until, days } }: { expiry: Expiry }) {
  const { t } = useTranslation();
  const whole = Math.max(0, Math.floor(days));
  const [sign, colour] = days <= LATE ? ['✕', 'error'] : days <= BEGIN ? ['!', 'warning'] : ['✓', 'default'];
  return (
    <Tooltip title={`${kid} · ${stamp(until)}`}>
      <Tag color={colour} style={{ margin: 0 }}>
        <span aria-hidden="true">{sign}</span> {days < 0 ? t(`figure.${what}RanOut`) : t(`figure.${what}Days`, { count: whole })}
      </Tag>
    </Tooltip>
  );
}

/** The day's figures of all links together, each with what it is of. */
export function DayFigures() {
  const { t } = useTranslation();
  const [share, length] = [useShare(), useLength()];
  const figures = useFigures();
  const { received, sent, passage, receipt } = figures?.total ?? {};
  const tiles = [
    ['received', share(received), received && t('figure.judged', { count: received.judged })],
    ['sent', share(sent), sent && t('figure.judged', { count: sent.judged })],
    ['passage', length(passage), passage && t('figure.known', { known: passage.known, of: passage.of })],
    ['receipt', length(receipt), receipt && t('figure.known', { known: receipt.known, of: receipt.of })],
  ] as const;
  return (
    <Card
      size="small"
      title={<h2 style={{ fontSize: 16, margin: 0 }}>{t('figure.title')}</h2>}
      {...(figures?.own && {
        extra: (
          <span>
            {t('figure.own')} <RunsOut expiry={figures.own} />
          </span>
        ),
      })}
    >
      <Row gutter={[16, 8]}>
        {tiles.map(([name, value, of]) => (
          <Col key={name} flex="1 1 200px">
            <Statistic title={t(`figure.${name}`)} value={figures ? value : '…'} styles={{ content: { fontSize: 18 } }} />
            <Typography.Text type="secondary">{of ?? ''}</Typography.Text>
          </Col>
        ))}
      </Row>
      {figures?.total.more && <Typography.Text type="secondary">{t('figure.newest')}</Typography.Text>}
    </Card>
  );
}
