import { execFileSync } from 'node:child_process';
import { createProgram } from '../program.ts';
import { completionScript, SHELLS } from './scripts.ts';

/** What bash proposes behind these words, the last of which is being typed. */
function proposed(...words: readonly string[]): string[] {
  const ask = `${completionScript(createProgram(), 'bash')}
COMP_WORDS=(landbridge "$@"); COMP_CWORD=${words.length}; _landbridge; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const told = execFileSync('bash', ['--norc', '-c', ask, 'bash', ...words]).toString();
  return told.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  it('proposes commands by their beginning', () => {
    expect(proposed('mes')).toEqual(['messages']);
    expect(proposed('links', 'p')).toEqual(['pause']);
    expect(proposed('completion', '')).toEqual(expect.arrayContaining([...SHELLS]));
  });

  it('proposes options of the command that was typed, whatever stands between, and of no other', () => {
    expect(proposed('links', 'pause', 'keg', '--rea')).toEqual(['--reason']);
    expect(proposed('messages', 'list', '--limit', '5', 'state:parked', '--cur')).toEqual(['--cursor']);
    expect(proposed('links', 'list', '--rea')).toEqual([]);
  });

  it('proposes the fixed values of an option', () => {
    expect(proposed('messages', 'list', '--direction', '')).toEqual(['in', 'out']);
    expect(proposed('incidents', 'replay', '1', '--kind', 're')).toEqual(['retranslate', 'redeliver']);
  });

  it('breaks no shell, whatever a description says', () => {
    for (const shell of SHELLS) {
      const script = completionScript(createProgram(), shell);
      if (shell !== 'fish') execFileSync('bash', ['-n'], { input: script });
      expect(script).not.toContain('undefined');
    }
    const script = completionScript(createProgram(), 'fish');
    expect(script).toContain(`complete -c landbridge -n '__landbridge_at '\\''links pause'\\''' -l reason`);
    expect(script).toContain(`-l direction -d 'only one direction' -x -a 'in out'`);
  });
});
