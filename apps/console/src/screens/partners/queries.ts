import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import type { Key, Partner } from '../../api/reference.ts';
import { may, type Session } from '../../api/session.ts';
import type { LinkStanding } from '../../api/types.ts';

export const usePartners = () => useQuery({ queryKey: ['partners'], queryFn: () => api.get<{ partners: Partner[] }>('/api/partners') });
export const useKeys = () => useQuery({ queryKey: ['keys'], queryFn: () => api.get<{ keys: Key[] }>('/api/keys') });
export const useStanding = (session: Session) =>
  useQuery({
    queryKey: ['standing'],
    queryFn: () => api.get<{ links: LinkStanding[] }>('/api/links/standing'),
    enabled: may(session, 'links.read'),
  });
