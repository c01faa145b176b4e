import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Spin } from 'antd';
import { lazy, Suspense, useEffect, useState, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, Route, Routes as Switchboard, useLocation } from 'react-router';
import { api, onSignedOut } from './api/client.ts';
import { readSession } from './api/session.ts';
import { SCREEN_FILES } from './screens/files.ts';
import { FirstSteps } from './screens/FirstSteps.tsx';
import { SignIn, SignInReturn } from './screens/SignIn.tsx';
import { Failure } from './shell/Failure.tsx';
import { screensFor } from './shell/screens.ts';
import { Shell } from './shell/Shell.tsx';

const screen = <Name extends string, Properties = object>(load: () => Promise<Record<Name, ComponentType<Properties>>>, name: Name) =>
  lazy(async () => ({ default: (await load())[name] }));

const Overview = screen(SCREEN_FILES.overview, 'Overview');
const Messages = screen(SCREEN_FILES.messages, 'Messages');
const MessageDetail = screen(() => import('./screens/MessageDetail.tsx'), 'MessageDetail');
const Search = screen(SCREEN_FILES.search, 'Search');
const Incidents = screen(SCREEN_FILES.incidents, 'Incidents');
const IncidentDetail = screen(() => import('./screens/incidents/IncidentDetail.tsx'), 'IncidentDetail');
const DeadLetters = screen(SCREEN_FILES['dead-letters'], 'DeadLetters');
const Quarantine = screen(SCREEN_FILES.quarantine, 'Quarantine');
const Declarations = screen(SCREEN_FILES.declarations, 'Declarations');
const Partners = screen(SCREEN_FILES.partners, 'Partners');
const PartnerDetail = screen(() => import('./screens/partners/PartnerDetail.tsx'), 'PartnerDetail');
const KeyDesk = screen(SCREEN_FILES.keys, 'KeyDesk');
const Reconciliations = screen(SCREEN_FILES.reconciliations, 'Reconciliations');
const Mappings = screen(SCREEN_FILES.mappings, 'Mappings');
const MappingVersions = screen(SCREEN_FILES['mapping-versions'], 'MappingVersions');
const Replays = screen(SCREEN_FILES.replays, 'Replays');
const ReplayPlan = screen(() => import('./screens/replays/ReplayPlan.tsx'), 'ReplayPlan');
const Settings = screen(SCREEN_FILES.settings, 'Settings');
const Shipment = screen(SCREEN_FILES.shipments, 'Shipment');

/** Every screen has an address, and the whole of a filter is in it: what one sees can be sent to a colleague. */
export function Routes() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { pathname } = useLocation();
  const { data: session, error, isPending, refetch } = useQuery({ queryKey: ['session'], queryFn: readSession, staleTime: 60_000 });
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    const leave = () => {
      client.clear();
      client.setQueryData(['session'], null);
      setEnded(true);
    };
    onSignedOut(() => client.getQueryData(['session']) && leave());
  }, [client]);
  if (!session && pathname === '/sign-in') return <SignInReturn />;
  if (isPending) return <Spin description={t('common.loading')} fullscreen />;
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!session) return <SignIn ended={ended} />;
  if (session.stage === 'setup') return <FirstSteps session={session} />;
  const signOut = async () => {
    await api.delete('/api/session');
    setEnded(false);
    client.clear();
    client.setQueryData(['session'], null);
  };
  return (
    <Shell session={session} onSignOut={() => void signOut()}>
      <Suspense fallback={<Spin description={t('common.loading')} />}>
        <Switchboard>
          <Route path="/overview" element={<Overview session={session} />} />
          <Route path="/messages" element={<Messages session={session} />} />
          <Route path="/messages/:id" element={<MessageDetail session={session} />} />
          <Route path="/search" element={<Search />} />
          <Route path="/shipments/:key" element={<Shipment />} />
          <Route path="/incidents" element={<Incidents />} />
          <Route path="/incidents/:id" element={<IncidentDetail session={session} />} />
          <Route path="/dead-letters" element={<DeadLetters session={session} />} />
          <Route path="/quarantine" element={<Quarantine session={session} />} />
          <Route path="/declarations" element={<Declarations session={session} />} />
          <Route path="/keys" element={<KeyDesk session={session} />} />
          <Route path="/reconciliations" element={<Reconciliations session={session} />} />
          <Route path="/partners" element={<Partners session={session} />} />
          <Route path="/partners/:key" element={<PartnerDetail session={session} />} />
          <Route path="/mappings" element={<Mappings session={session} />} />
          <Route path="/mapping-versions" element={<MappingVersions session={session} />} />
          <Route path="/replays" element={<Replays session={session} />} />
          <Route path="/replays/:id" element={<ReplayPlan session={session} />} />
          <Route path="/settings/:tab?" element={<Settings session={session} />} />
          <Route path="*" element={<Navigate to={`/${screensFor(session.rights)[0]}`} replace />} />
        </Switchboard>
      </Suspense>
    </Shell>
  );
}
