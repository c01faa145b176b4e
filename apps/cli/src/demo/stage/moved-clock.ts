/**
 * A clock that every process of a demo shares and that is not today's: a day can then be over. Only these processes are told, by an
 * argument to their Node; nothing of the gateway knows of it. What is running keeps the time it was started with.
 */
export class MovedClock {
  /** How far from the clock of the machine; set before a process is started. */
  milliseconds = 0;

  now(): Date {
    return new Date(Date.now() + this.milliseconds);
  }

  nodeFlags(): readonly string[] {
    if (this.milliseconds === 0) return [];
    const code = `const Real = Date, moved = ${this.milliseconds};
      globalThis.Date = class Date extends Real {
        constructor(...given) { super(...(given.length === 0 ? [Real.now() + moved] : given)); }
        static now() { return Real.now() + moved; }
      };`;
    return ['--import', `data:text/javascript,${encodeURIComponent(code)}`];
  }
}
