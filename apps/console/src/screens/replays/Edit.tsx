import { Button, Space, Spin } from 'antd';
import { lazy, Suspense, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { fromBase64, textOf, toBase64 } from '../../api/octets.ts';
import type { Preview } from '../../api/replays.ts';

const Compare = lazy(async () => {
  const { Compare: Shown, survivesEditing } = await import('../../shell/Compare.tsx');
  return {
    default: ({ text, names, onChange }: { text: string; names: readonly [string, string]; onChange: (text: string) => void }) =>
      survivesEditing(text) ? <Shown before={text} after={text} names={names} onChange={onChange} /> : null,
  };
});

/**
 * The document of one message, to be changed: here where it is UTF-8 and comes out of an editor as it went in, else as a file. Tells
 * the octets in base64.
 */
export function Edit({ preview: { before, charset }, onChange }: { preview: Preview; onChange: (payload: string) => void }) {
  const { t } = useTranslation();
  const octets = fromBase64(before);
  const text = textOf(octets, charset);
  const newest = useRef(text);
  const exact = toBase64(new TextEncoder().encode(text)) === before;
  return (
    <Space orientation="vertical" style={{ width: '100%', marginBottom: 12 }}>
      {exact && (
        <Suspense fallback={<Spin description={t('common.loading')} />}>
          <Compare text={text} names={[t('replays.before'), t('replays.edited')]} onChange={(changed) => (newest.current = changed)} />
          <Button onClick={() => onChange(toBase64(new TextEncoder().encode(newest.current)))}>{t('replays.check')}</Button>
        </Suspense>
      )}
      <label>
        {t('replays.file')}{' '}
        <input
          type="file"
          onChange={({ target }) => void target.files?.[0]?.arrayBuffer().then((file) => onChange(toBase64(new Uint8Array(file))))}
        />
      </label>
    </Space>
  );
}
