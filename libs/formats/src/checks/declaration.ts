/**
 * Goods declarations: what the bounds of a form cannot say. Lines, containers and documents name each other by number;
 * a second unit and its quantity come together; a transit is declared where the declaration says so.
 */
import type { CanonicalOf } from '#model';
import { sameDecimal, sumDecimals } from '../decimals.ts';
import { checkUnique } from './consistency.ts';
import type { Findings } from './findings.ts';

type Declaration = CanonicalOf<'GoodsDeclaration'>;
type Item = NonNullable<NonNullable<Declaration['goodsShipment']>['governmentAgencyGoodsItem']>[number];

/** Uploads and declarations that bring a transit declaration with them (list CN-DecOperType). */
const WITH_TRANSIT: ReadonlySet<string> = new Set(['B', 'D']);

export function checkDeclaration(declaration: Declaration, findings: Findings): void {
  const items = declaration.goodsShipment?.governmentAgencyGoodsItem ?? [];
  findings.enter('goodsShipment');
  checkUnique(items, (item) => item.sequenceNumber, findings, 'governmentAgencyGoodsItem', 'sequenceNumber');
  eachOf('governmentAgencyGoodsItem', items, findings, checkItem);
  findings.leave();
  const lines = new Set(items.flatMap(({ sequenceNumber }) => (sequenceNumber === undefined ? [] : [sequenceNumber])));
  if (lines.size > 0) checkLines(declaration, lines, findings);
  checkMasses(declaration, findings);
  checkTransit(declaration, findings);
}

function eachOf<T>(member: string, entries: readonly T[], findings: Findings, check: (entry: T, findings: Findings) => void): void {
  if (entries.length === 0) return;
  findings.enter(member);
  for (const [i, entry] of entries.entries()) {
    findings.enter(i);
    check(entry, findings);
    findings.leave();
  }
  findings.leave();
}

function checkItem(item: Item, findings: Findings): void {
  const { unitCode, value } = item.secondStatutoryQuantity ?? {};
  if (unitCode && value === undefined) findings.report('FIELD_MISSING', 'There is a second unit.', 'secondStatutoryQuantity', 'value');
  if (!unitCode && value !== undefined)
    findings.report('FIELD_MISSING', 'There is a second quantity.', 'secondStatutoryQuantity', 'unitCode');
  for (const [i, { itemSequenceNumber }] of (item.additionalDocument ?? []).entries()) {
    if (itemSequenceNumber !== undefined && item.sequenceNumber !== undefined && itemSequenceNumber !== item.sequenceNumber)
      findings.report('FIELDS_CONTRADICT', 'The number of the line it stands in.', 'additionalDocument', i, 'itemSequenceNumber');
  }
}

/** Whatever names a goods line names one that is there. */
function checkLines(declaration: Declaration, lines: ReadonlySet<string>, findings: Findings): void {
  const undeclared = (number: string | undefined, ...below: (string | number)[]): void => {
    if (number !== undefined && !lines.has(number)) findings.report('LINK_UNDECLARED', 'Goods line.', ...below);
  };
  for (const [i, { loadedItemSequenceNumber }] of (declaration.goodsShipment?.consignment?.usedTransportEquipment ?? []).entries())
    for (const [j, number] of (loadedItemSequenceNumber ?? []).entries())
      undeclared(number, 'goodsShipment', 'consignment', 'usedTransportEquipment', i, 'loadedItemSequenceNumber', j);
  for (const [i, { itemSequenceNumber }] of (declaration.certificateRelation ?? []).entries())
    undeclared(itemSequenceNumber, 'certificateRelation', i, 'itemSequenceNumber');
  for (const [i, { itemSequenceNumber }] of (declaration.supplement ?? []).entries())
    undeclared(itemSequenceNumber, 'supplement', i, 'itemSequenceNumber');
  for (const [i, { itemSequenceNumber }] of (declaration.attachedFile ?? []).entries())
    for (const [j, number] of (itemSequenceNumber ?? []).entries()) undeclared(number, 'attachedFile', i, 'itemSequenceNumber', j);
  for (const [i, { itemSequenceNumber }] of (declaration.domesticTransit?.loadedItem ?? []).entries())
    undeclared(itemSequenceNumber, 'domesticTransit', 'loadedItem', i, 'itemSequenceNumber');
}

/** Net mass is part of gross mass, written in one unit. */
function checkMasses({ totalGrossMassMeasure: gross, totalNetMassMeasure: net }: Declaration, findings: Findings): void {
  if (!gross || !net || gross.unitCode !== net.unitCode) return;
  const rest = sumDecimals([gross.value, net.value.startsWith('-') ? net.value.slice(1) : `-${net.value.replace(/^\+/, '')}`]);
  if (rest?.startsWith('-') && sameDecimal(rest, '0') === false)
    findings.report('FIELDS_CONTRADICT', 'The gross mass.', 'totalNetMassMeasure');
}

function checkTransit(declaration: Declaration, findings: Findings): void {
  const { domesticTransit: transit, transitRelationCode, header } = declaration;
  const announced = transitRelationCode?.listId === 'CN-DeclTrnRel' && transitRelationCode.value === '1';
  const brought = header.functionCode.listId === 'CN-DecOperType' && WITH_TRANSIT.has(header.functionCode.value);
  if (!transit) {
    if (announced || brought) findings.report('FIELD_MISSING', 'The declaration says that it comes with a transit.', 'domesticTransit');
    return;
  }
  if (transitRelationCode && !announced) findings.report('FIELDS_CONTRADICT', 'There is a transit.', 'transitRelationCode');
  findings.enter('domesticTransit');
  const equipment = transit.usedTransportEquipment ?? [];
  checkUnique(equipment, ({ id }) => id, findings, 'usedTransportEquipment', 'id');
  const ids = new Set(equipment.map(({ id }) => id));
  for (const [i, { equipmentId }] of (transit.loadedItem ?? []).entries())
    if (equipmentId !== undefined && !ids.has(equipmentId)) findings.report('LINK_UNDECLARED', undefined, 'loadedItem', i, 'equipmentId');
  findings.leave();
  checkBlockTrain(declaration, findings);
}

/** 1E is the transit of China–Europe trains: the goods cross the border by rail. */
function checkBlockTrain({ domesticTransit, goodsShipment }: Declaration, findings: Findings): void {
  const type = domesticTransit?.typeCode;
  const mode = goodsShipment?.consignment?.mainCarriageTransportMovement?.modeCode;
  if (type?.listId !== 'CN-TransitType' || type.value !== '1E' || mode?.listId !== 'UN-Rec19' || mode.value === '2') return;
  findings.report('FIELDS_CONTRADICT', 'The transport mode.', 'domesticTransit', 'typeCode');
}
