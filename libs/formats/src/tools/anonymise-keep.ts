/**
 * What a sample may show. Everything else is disguised, whatever it is: a member or list nobody thought of is not shown.
 */
import type { CodeList } from '../mapping/codelists.ts';

/** Lists without a file here that say what, where or in which state, and never who. */
const PUBLIC_LISTS: ReadonlySet<string> = new Set([
  ...[
    'ISO-4217',
    'ISO-639-1',
    'UN-LOCODE',
    'UN-Rec20',
    'HS',
    'GNG',
    'ETSNG',
    'Incoterms',
    'ListId',
    'ApplicationError',
    'ApplicationErrorClass',
  ],
  ...['OSJD-ESR', 'OSJD-ESR4', 'OSJD-Railway', 'OSJD-RailwayName', 'OSJD-TankType', 'OSJD-PalletExchange', 'OSJD-ExtraCharge'],
  ...['CN-SubEntity', 'CN-InspectionOffice', 'CN-LicenceType', 'CN-CustomsProcedure', 'CN-Port', 'CN-EntryPort', 'CN-Purpose'],
  ...['CN-GoodsAttribute', 'CN-InspectionCode', 'CN-CheckFlow', 'CN-Handling', 'CN-PreviousDocument', 'CN-SupplementType', 'CN-District'],
  ...[
    'CN-Division',
    'CN-OriginRegion',
    'CN-ForeignHS',
    'CN-DangerousPacking',
    'CN-CertificateType',
    'CN-Qualification',
    'CN-RelationReason',
  ],
  ...['CN-BuyerSellerRelation', 'CN-ClosePrice', 'CN-ClassMark', 'CN-ControlExplanation', 'CN-DutyDeclarationStatus', 'CN-MarksFileType'],
  ...['CN-AgrOperType', 'CN-TrailerType', 'CN-DxpType'],
]);

/** Families of lists in which a code is a kind, a state or a public place: directories of UN/EDIFACT, classifiers of the EEC. */
const PUBLIC_FAMILIES: readonly RegExp[] = [/^UN-(?:\d{4}|Rec\d+)$/, /^EAEU-[A-Z]/, /^KZ-[A-Z]/];

/** Members of those families that are none of it: parties, registers of addresses. */
const NOT_PUBLIC: ReadonlySet<string> = new Set(['UN-3039', 'UN-3055', 'EAEU-Territory']);

/** A list with a file says for itself whether its codes identify somebody. */
export function isPublicList(listId: string, lists: ReadonlyMap<string, CodeList>): boolean {
  const list = lists.get(listId);
  if (list) return !list.identifies;
  if (NOT_PUBLIC.has(listId)) return false;
  return PUBLIC_LISTS.has(listId) || PUBLIC_FAMILIES.some((family) => family.test(listId));
}

/** What may stand in a field for a code even where the list does not know it: not a name, not a sentence. */
export const CODE_FORM = /^(?:[0-9A-Za-z][0-9A-Za-z.:/_-]{0,11}|[А-ЯЁ]{1,4})$/;

/** Form of a list id as standards and our own files write them. */
export const LIST_FORM = /^[0-9A-Za-z][0-9A-Za-z.:/_-]{0,39}$/;

interface KeptMember {
  readonly member: RegExp;
  readonly form: RegExp;
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** Plain texts of the model that are quantities, ordinals, units, marks and versions. A value of another form is disguised all the same. */
const KEPT_MEMBERS: readonly KeptMember[] = [
  { member: /(?:[qQ]uantity|^numberOfPackages|^sizeInBytes)$/, form: NUMBER },
  { member: /(?:^s|S)equenceNumber$|^(?:item|segment|element|component)Number$|^(?:first|last|page)$/, form: /^\d{1,6}$/ },
  { member: /^(?:unitCode|currencyId)$/, form: /^[0-9A-Za-z]{1,6}$/ },
  { member: /Indicator$/, form: /^[0-9A-Za-z]{1,5}$/ },
  {
    member: /^(?:version|versionId|releaseId|agencyCode|associationCode|envelopeCode|documentCode|segmentTag)$/,
    form: /^[0-9A-Za-z.]{1,20}$/,
  },
  { member: /^railwayCode$/, form: /^\d{2,4}$/ },
  { member: /^uNDGID$/, form: /^\d{4}$/ },
  { member: /^hazardClassificationID$/, form: /^\d(?:\.\d)?[A-Z]?$/ },
];

export const isKept = (member: string, text: string): boolean =>
  KEPT_MEMBERS.some((kept) => kept.member.test(member) && kept.form.test(text));
