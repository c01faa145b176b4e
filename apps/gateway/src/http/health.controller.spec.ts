import type { Response } from 'express';
import type { StampingState } from '#exchange';
import { HealthController, HealthSource } from './health.controller.ts';

class Source extends HealthSource {
  override readonly stopping = false;
  constructor(
    private readonly state: StampingState | undefined,
    private readonly store = true,
  ) {
    super();
  }
  override storeReachable() {
    return Promise.resolve(this.store);
  }
  override links() {
    return [];
  }
  override agreements() {
    return { version: 3, digest: 'd', behind: false };
  }
  override stamping() {
    return this.state;
  }
}

async function asked(source: HealthSource) {
  let code = 0;
  const response = { status: (status: number) => (code = status) } as unknown as Response;
  const { status, timestamps } = await new HealthController(source).ready(response);
  return { code, status, timestamps };
}

it.each([
  [undefined, 'ready'],
  ['current', 'ready'],
  ['pending', 'ready'],
  ['late', 'degraded'],
  ['stopped', 'degraded'],
] as const)('time-stamps %s: %s, and not dead', async (state, status) => {
  expect(await asked(new Source(state))).toEqual({ code: 200, status, timestamps: state });
});

it('without the store it is not ready, whatever the time-stamps are', async () => {
  expect(await asked(new Source('late', false))).toEqual({ code: 503, status: 'not ready', timestamps: 'late' });
});
