import { HealthSource } from '../../apps/gateway/src/http/health.controller.ts';

/** A gateway of which nothing is wrong. */
export class Healthy extends HealthSource {
  override readonly stopping = false;
  override async storeReachable() {
    return true;
  }
  override links() {
    return [];
  }
  override agreements() {
    return { version: 1, digest: '', behind: false };
  }
  override stamping() {
    return undefined;
  }
}
