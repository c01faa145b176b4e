/** How much of a partner the gateway takes. Part of the agreement (`links[].limits`). */
import { z } from 'zod';

const several = () => z.number().int().positive();

export const Limits = z
  .strictObject({
    /** Largest accepted message in bytes. */
    messageBytes: several().default(64 * 1024 * 1024),
    /** Messages open at once: posted and not answered, or taken from a queue and not acknowledged. */
    prefetch: several().default(200),
    /** How many messages are sent before waiting for confirms. */
    window: several().default(100),
    /** Messages a minute in the long run. Absent: no limit. */
    perMinute: several().max(1_000_000).optional(),
    /** Messages at once after a silence; without it a minute's worth. */
    burst: several().max(1_000_000).optional(),
    /** Messages and bytes (of whole frames) taken between midnight and midnight UTC. Absent: no quota. */
    dayMessages: several().optional(),
    dayBytes: several().optional(),
    /** Share of the gateway's work relative to other links, where they compete. */
    share: several().max(100).default(1),
  })
  .refine(({ perMinute, burst }) => burst === undefined || perMinute !== undefined, { path: ['burst'], message: 'only with perMinute' })
  .refine(({ dayBytes, messageBytes }) => dayBytes === undefined || dayBytes >= messageBytes, {
    path: ['dayBytes'],
    message: 'not below messageBytes',
  });
export type LinkLimits = z.infer<typeof Limits>;
