import { Space } from 'antd';
import { Link } from 'react-router';

/** Business keys, each leading to the timeline of what it names. */
export const KeyLinks = ({ keys }: { keys: readonly string[] }) => (
  <Space wrap>
    {keys.map((key) => (
      <Link key={key} className="mono" to={`/shipments/${encodeURIComponent(key)}`}>
        {key}
      </Link>
    ))}
  </Space>
);
