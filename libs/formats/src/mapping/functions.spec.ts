import { EDIFACT_FUNCTIONS } from '../edifact/functions.ts';
import { FLAT_FUNCTIONS } from '../flat/functions.ts';
import { PHRASE_FUNCTIONS } from '../phrase/functions.ts';
import { DECLARATION_FUNCTIONS } from './declaration-functions.ts';
import { FUNCTIONS } from './functions.ts';

it('no function of one table hides another of the same name', () => {
  const tables = [EDIFACT_FUNCTIONS, FLAT_FUNCTIONS, PHRASE_FUNCTIONS, DECLARATION_FUNCTIONS];
  const names = tables.flatMap((table) => Object.keys(table));
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  for (const table of tables) for (const [name, conversion] of Object.entries(table)) expect(FUNCTIONS[name]).toBe(conversion);
});
