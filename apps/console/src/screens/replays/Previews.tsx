import { Alert, Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { fromBase64, textOf } from '../../api/octets.ts';
import type { Preview } from '../../api/replays.ts';

const Compare = lazy(() => import('../../shell/Compare.tsx').then((module) => ({ default: module.Compare })));
/** Characters; a browser would be busy for seconds with more. */
const MOST = 1_000_000;

/** The exact documents side by side. */
export function Previews({ previews }: { previews: readonly Preview[] }) {
  const { t } = useTranslation();
  return previews.map(({ subject, link, before, after, charset }) => (
    <section key={`${subject} ${link}`} aria-label={`${subject} → ${link}`}>
      <p className="mono">
        {subject} → {link} · {charset}
      </p>
      {before === after && <Alert type="info" showIcon title={t('replays.same')} />}
      {Math.max(before.length, after.length) > MOST ? (
        <Alert type="warning" showIcon title={t('replays.tooLarge')} />
      ) : (
        <Suspense fallback={<Spin description={t('common.loading')} />}>
          <Compare
            before={textOf(fromBase64(before), charset)}
            after={textOf(fromBase64(after), charset)}
            names={[t('replays.before'), t('replays.after')]}
          />
        </Suspense>
      )}
    </section>
  ));
}
