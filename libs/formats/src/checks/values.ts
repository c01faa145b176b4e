/** Checks of single values: numbers of equipment, stations and cargo, and the alphabet of codes. */
import { isCargoCodeValid, isContainerNumberValid, isStationCodeValid, isWagonNumberValid } from '#model';
import type { Findings } from './findings.ts';
import { isAscii, mixesAlphabets } from './look-alike.ts';

type CodeValue = { readonly value: string };
type Equipment = { readonly id?: string; readonly categoryCode?: CodeValue };

export function checkCode({ value }: CodeValue, findings: Findings): void {
  if (mixesAlphabets(value)) findings.report('LOOKALIKE', undefined, 'value');
}

export function checkNumber(text: string, findings: Findings): void {
  if (mixesAlphabets(text)) findings.report('LOOKALIKE', undefined);
}

export function checkStation(code: CodeValue, findings: Findings): void {
  if (isStationCodeValid(code.value) === false) findings.report('CHECK_DIGIT', 'Station code.', 'value');
}

export function checkCargo(code: CodeValue, findings: Findings): void {
  if (isCargoCodeValid(code.value) === false) findings.report('CHECK_DIGIT', 'ETSNG code.', 'value');
}

/** The number of a container or wagon, told apart by its category where there is one, else by its form. */
export function checkEquipment({ id, categoryCode }: Equipment, findings: Findings): void {
  if (id === undefined) return;
  if (!isAscii(id)) return findings.report('LOOKALIKE', undefined, 'id');
  const container = categoryCode?.value === 'RR' ? undefined : isContainerNumberValid(id);
  if (container === false) findings.report('CHECK_DIGIT', 'Container number.', 'id');
  else if (container === undefined && categoryCode?.value !== 'CN' && isWagonNumberValid(id) === false)
    findings.report('CHECK_DIGIT', 'Wagon number.', 'id');
}

/** A container or wagon named by its number alone: where it is declared its check digit is looked at. */
export function checkEquipmentNumber(id: string, findings: Findings): void {
  if (!isAscii(id)) findings.report('LOOKALIKE', undefined);
}

export function checkWagonNumber(id: string, findings: Findings): void {
  if (!isAscii(id)) findings.report('LOOKALIKE', undefined);
  else if (isWagonNumberValid(id) === false) findings.report('CHECK_DIGIT', 'Wagon number.');
}
