import { Alert, Space, Spin, Table, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { Failure } from '../../shell/Failure.tsx';
import { useRoles } from './accounts-api.ts';

/** Which role may do what. Roles are configuration; here they are read. */
export function Roles() {
  const { t } = useTranslation();
  const { data, error, refetch } = useRoles();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Spin description={t('common.loading')} />;
  const name = (role: string) => t(`role.${role}`, { defaultValue: role });
  return (
    <Space orientation="vertical" style={{ width: '100%' }}>
      <Table
        rowKey="role"
        size="small"
        pagination={false}
        dataSource={Object.entries(data.roles).map(([role, { rights }]) => ({ role, rights }))}
        columns={[
          { title: t('settings.role'), dataIndex: 'role', render: name },
          {
            title: t('settings.rights'),
            dataIndex: 'rights',
            render: (rights: string[]) => rights.map((right) => <Tag key={right}>{right}</Tag>),
          },
        ]}
      />
      {data.exclusive.map((group) => (
        <Alert key={group.join()} type="info" title={t('settings.exclusive', { roles: group.map(name).join(' / ') })} />
      ))}
    </Space>
  );
}
