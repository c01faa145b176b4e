/** Asks the run's global setup (servers.mjs) for the address of a shared server; the first to ask waits until it has started. */
export async function sharedServer<Address>(name: 'postgres' | 'broker' | 'postgres/take' | `postgres/drop/${string}`): Promise<Address> {
  const response = await fetch(`${process.env['LANDBRIDGE_TEST_SERVERS']}/${name}`);
  if (!response.ok) throw new Error(`no ${name} for tests: ${await response.text()}`);
  return (await response.json()) as Address;
}
