/**
 * Processor time this process has spent since `before` (`process.cpuUsage()`), in milliseconds. Limits on reading ask for it beside
 * the clock: on a busy machine an honest document takes long by the clock alone.
 */
export function processorTime(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
