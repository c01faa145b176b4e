import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Form, Input, Select } from 'antd';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ApiError } from '../../api/client.ts';
import type { MappingVersion, OneMappingVersion } from '../../api/mapping-versions.ts';
import { toBase64 } from '../../api/octets.ts';
import type { Partner } from '../../api/reference.ts';
import { Reasoned } from '../../shell/Reasoned.tsx';

interface Fields {
  readonly text: string;
  readonly links: string[];
  readonly lists: Readonly<Record<string, string>>;
}

interface Props {
  /** The version that is edited; absent: a new one. */
  readonly from?: MappingVersion;
  readonly onClose: () => void;
  readonly onDrafted: (id: string) => void;
}

/** Keeps what was typed as the next version; it is tried on the samples at once, and the result is the page that follows. */
export function VersionEditor({ from, onClose, onDrafted }: Props) {
  const { t } = useTranslation();
  const client = useQueryClient();
  // Pressing twice makes one draft.
  const request = useRef(crypto.randomUUID());
  const [samples, setSamples] = useState<readonly File[]>([]);
  const [faults, setFaults] = useState<readonly string[]>([]);
  const partners = useQuery({ queryKey: ['partners'], queryFn: () => api.get<{ partners: Partner[] }>('/api/partners') });
  const submit = async ({ text, links, lists = {}, reason }: Fields & { reason: string }) => {
    const brought = await Promise.all(
      samples.map(async (file) => ({ name: file.name, base64: toBase64(new Uint8Array(await file.arrayBuffer())) })),
    );
    const codelists = (from?.codelists ?? []).map(({ path, text: before }) => ({ path, text: lists[path] ?? before }));
    const body = { text, codelists, links, samples: brought, request: request.current, reason };
    setFaults([]);
    const { version } = await api.post<OneMappingVersion>('/api/mapping-versions', body).catch((error: unknown) => {
      if (error instanceof ApiError) setFaults(error.faults);
      throw error;
    });
    await client.invalidateQueries({ queryKey: ['mapping-versions'] });
    onDrafted(version.id);
  };
  const initial = {
    ...(from && {
      text: from.text,
      links: [...from.links],
      lists: Object.fromEntries(from.codelists.map(({ path, text }) => [path, text])),
    }),
  };
  return (
    <Reasoned<Fields> title={t('mappingVersion.keep')} name="version" width={900} initial={initial} onSubmit={submit} onClose={onClose}>
      <Form.Item name="text" label={t('mappingVersion.text')} extra={t('mappingVersion.textHint')} rules={[{ required: true }]}>
        <Input.TextArea className="mono" rows={18} spellCheck={false} />
      </Form.Item>
      {from?.codelists.map(({ path }) => (
        <Form.Item key={path} name={['lists', path]} label={`${t('mappingVersion.list')} ${path}`}>
          <Input.TextArea className="mono" rows={8} spellCheck={false} />
        </Form.Item>
      ))}
      <Form.Item name="links" label={t('mappingVersion.links')} rules={[{ required: true }]}>
        <Select
          mode="multiple"
          options={(partners.data?.partners ?? []).map(({ link }) => ({ value: link.id, label: link.id }))}
          loading={partners.isPending}
        />
      </Form.Item>
      <label>
        {t('mappingVersion.samples')} <input type="file" multiple onChange={({ target }) => setSamples([...(target.files ?? [])])} />
      </label>
      {faults.length > 0 && (
        <ul aria-label={t('error.other', { code: 'USAGE' })}>
          {faults.map((fault) => (
            <li key={fault} className="mono breaks">
              {fault}
            </li>
          ))}
        </ul>
      )}
    </Reasoned>
  );
}
