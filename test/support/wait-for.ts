/** Waits until `condition` holds; fails after `milliseconds`. Conditions, never pauses. */
export async function waitFor(condition: () => boolean | Promise<boolean>, milliseconds = 10_000): Promise<void> {
  const end = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`the condition did not hold within ${milliseconds} ms`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
