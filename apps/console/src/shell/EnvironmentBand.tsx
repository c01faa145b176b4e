import { useTranslation } from 'react-i18next';
import { useAbout } from '../api/about.ts';

/** Over every page, by colour and word: does what is done here have effect in the world? */
export function EnvironmentBand() {
  const { t } = useTranslation();
  const about = useAbout();
  // Its place is kept: nothing jumps when it comes.
  if (!about)
    return (
      <div className="environment-band" style={{ visibility: 'hidden' }}>
        …
      </div>
    );
  return (
    <div className="environment-band" data-environment={about.environment} role="status">
      {t(`environment.${about.environment}`)} · {about.gateway}
    </div>
  );
}
