/** Something the demo promises did not come true. The text is for the person at the terminal. */
export class DemoFailure extends Error {
  override readonly name = 'DemoFailure';
}
