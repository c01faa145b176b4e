import { useQuery } from '@tanstack/react-query';
import { Checkbox, Form, Input, Radio, Switch } from 'antd';
import { useTranslation } from 'react-i18next';
import { useAbout } from '../../api/about.ts';
import { api } from '../../api/client.ts';
import type { LinkStanding } from '../../api/types.ts';
import { useRoles, type Account } from './accounts-api.ts';

export interface Grants {
  readonly roles: readonly string[];
  readonly allPartners: boolean;
  readonly partners?: readonly string[];
}

export const grantsOf = ({ roles, allPartners, partners }: Grants): Pick<Account, 'roles' | 'partners'> => ({
  roles,
  partners: allPartners ? 'all' : (partners ?? []),
});

/**
 * What an account is made of. The gateway refuses roles that nobody may hold together. Boxes to tick, not a list that opens: there
 * Tab would choose instead of leaving.
 */
export function AccountFields({ isNew }: { isNew: boolean }) {
  const { t } = useTranslation();
  const issuer = useAbout()?.issuer ?? false;
  const roles = useRoles();
  const links = useQuery({ queryKey: ['standing'], queryFn: () => api.get<{ links: LinkStanding[] }>('/api/links/standing') });
  return (
    <>
      {isNew && (
        <>
          <Form.Item name="name" label={t('signIn.account')} rules={[{ required: true }]}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="kind" label={t('account.kind')}>
            <Radio.Group options={(['person', 'service'] as const).map((value) => ({ value, label: t(`account.${value}`) }))} />
          </Form.Item>
          {issuer && (
            <Form.Item name="oidcSubject" label={t('account.subject')} extra={t('account.subjectHint')}>
              <Input autoComplete="off" />
            </Form.Item>
          )}
        </>
      )}
      <Form.Item name="roles" label={t('settings.roles')}>
        <Checkbox.Group
          options={Object.keys(roles.data?.roles ?? {}).map((value) => ({ value, label: t(`role.${value}`, { defaultValue: value }) }))}
        />
      </Form.Item>
      <Form.Item name="allPartners" label={t('account.allPartners')} valuePropName="checked">
        <Switch />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(before: Grants, after: Grants) => before.allPartners !== after.allPartners}>
        {({ getFieldValue }) =>
          !getFieldValue('allPartners') && (
            <Form.Item name="partners" label={t('account.partners')}>
              <Checkbox.Group options={(links.data?.links ?? []).map(({ partner }) => ({ value: partner, label: partner }))} />
            </Form.Item>
          )
        }
      </Form.Item>
    </>
  );
}
