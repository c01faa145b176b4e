import { EXAMINATION_STEPS, isExaminationStep, nextSteps } from './examination.ts';

describe('the steps of an examination', () => {
  it('begin with the order and lead to a result or nothing', () => {
    expect(nextSteps(undefined)).toEqual(['ordered']);
    expect(nextSteps('ended')).toEqual(['result']);
    expect([...nextSteps('result'), ...nextSteps('cancelled')]).toEqual([]);
  });
  it('let a container be in place without a move, and be moved again, and never end before it starts', () => {
    expect(nextSteps('ordered')).toContain('inPlace');
    expect(nextSteps('inPlace')).toContain('moved');
    expect(nextSteps('inPlace')).not.toContain('ended');
    expect(nextSteps('started')).not.toContain('cancelled');
  });
  it('are all reached, and from each an end is reached', () => {
    const reached = new Set<string>();
    const visit = (step: keyof typeof EXAMINATION_STEPS): void => {
      if (reached.has(step)) return;
      reached.add(step);
      nextSteps(step).forEach(visit);
    };
    nextSteps(undefined).forEach(visit);
    expect([...reached].sort()).toEqual(Object.keys(EXAMINATION_STEPS).sort());
  });
  it('are known by name only', () => {
    expect(isExaminationStep('moved')).toBe(true);
    expect(isExaminationStep('toString')).toBe(false);
  });
});
