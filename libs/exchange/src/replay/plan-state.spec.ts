import fc from 'fast-check';
import { isOpen, needsSecondPerson, nextStep, PLAN_STATES, planMayMove, planStatesBefore, type PlanProgress } from './plan-state.ts';

/** A plan run in memory: partners answer each message as told, some time after it was sent. */
class PlanModel {
  readonly answers: ('good' | 'bad' | 'unknown')[];
  readonly sent: ('good' | 'bad' | 'open' | 'unknown')[] = [];
  tolerated = 0;
  state: 'running' | 'paused' | 'done' = 'running';

  constructor(
    answers: readonly ('good' | 'bad' | 'unknown')[],
    readonly canary: number,
    readonly maxFailures: number,
  ) {
    this.answers = [...answers];
  }

  get progress(): PlanProgress {
    const count = (what: string) => this.sent.filter((one) => one === what).length;
    return {
      waiting: this.answers.length - this.sent.length,
      sent: this.sent.length,
      failed: 0,
      skipped: 0,
      good: count('good'),
      bad: count('bad'),
      open: count('open'),
      unknown: count('unknown'),
      tolerated: this.tolerated,
      canary: this.canary,
      maxFailures: this.maxFailures,
    };
  }

  turn(): void {
    const step = nextStep(this.progress);
    if (step.do === 'send') this.sent.push('open');
    if (step.do === 'pause') this.state = 'paused';
    if (step.do === 'finish') this.state = 'done';
  }

  answer(): void {
    const at = this.sent.indexOf('open');
    if (at >= 0) this.sent[at] = this.answers[at]!;
  }

  resume(): void {
    this.tolerated = this.progress.bad;
    this.state = 'running';
  }
}

const answer = fc.constantFrom('good' as const, 'bad' as const, 'unknown' as const);

describe('a replay plan', () => {
  it('sends the canary alone and nothing behind it before its receipts are in', () => {
    const plan = new PlanModel(['good', 'good', 'good'], 1, 0);
    plan.turn();
    plan.turn();
    plan.turn();
    expect(plan.sent).toEqual(['open']);
    plan.answer();
    plan.turn();
    plan.turn();
    expect(plan.sent).toEqual(['good', 'open', 'open']);
  });

  it('pauses when the canary fails, and goes on past that failure when a person says so', () => {
    const plan = new PlanModel(['bad', 'good'], 1, 0);
    plan.turn();
    plan.answer();
    plan.turn();
    expect(plan.state).toBe('paused');
    plan.resume();
    plan.turn();
    expect(plan.sent).toHaveLength(2);
  });

  it('sends each message once at most, never behind a failing canary, never more failures than allowed beyond those under way', () => {
    fc.assert(
      fc.property(
        fc.array(answer, { minLength: 1, maxLength: 12 }),
        fc.nat(4),
        fc.nat(3),
        fc.array(fc.boolean(), { maxLength: 60 }),
        (answers, canary, maxFailures, script) => {
          const plan = new PlanModel(answers, canary, maxFailures);
          for (const turn of script) {
            if (plan.state !== 'running') break;
            if (turn) plan.turn();
            else plan.answer();
            const behind = plan.sent.length > canary && canary > 0;
            if (behind) expect(plan.sent.slice(0, canary)).toEqual(Array.from({ length: canary }, () => 'good'));
            expect(plan.sent.length).toBeLessThanOrEqual(answers.length);
          }
          // Left alone it comes to an end: done, paused, or waiting for a canary that nobody answers.
          for (let i = 0; i < 100 && plan.state === 'running'; i += 1) {
            plan.turn();
            plan.answer();
          }
          const silentCanary = plan.sent.length === canary && plan.sent.includes('unknown');
          expect(plan.state !== 'running' || silentCanary).toBe(true);
          if (plan.state === 'done') expect(plan.sent).toHaveLength(answers.length);
        },
      ),
    );
  });

  it('needs a second person for what changes content, place or what was accepted, and for many at once', () => {
    const risk = { kind: 'retranslate' as const, count: 1, reasons: new Set<never>(), bulkLimit: 20 };
    expect(needsSecondPerson(risk)).toBe(false);
    expect(needsSecondPerson({ ...risk, kind: 'edit' })).toBe(true);
    expect(needsSecondPerson({ ...risk, kind: 'reroute' })).toBe(true);
    expect(needsSecondPerson({ ...risk, reasons: new Set(['ALREADY_ACCEPTED'] as const) })).toBe(true);
    expect(needsSecondPerson({ ...risk, kind: 'redeliver', count: 21 })).toBe(true);
  });

  it('never leaves an end, and never runs what waits for a second person', () => {
    for (const state of PLAN_STATES.filter((one) => !isOpen(one))) expect(PLAN_STATES.some((to) => planMayMove(state, to))).toBe(false);
    expect(planStatesBefore('running')).toEqual(['ready', 'paused']);
  });
});
