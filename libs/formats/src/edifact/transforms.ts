/**
 * Document transforms of EDIFACT mappings: what railways pack into one component or spread over groups, and back. `read`
 * leaves a document alone that is unpacked already. Rows of the table in mapping/transforms.ts.
 */
import type { DocumentNode } from '../document.ts';

interface Transform {
  readonly read?: (root: DocumentNode) => DocumentNode;
  readonly write?: (root: DocumentNode) => DocumentNode;
}

type Visit = (node: DocumentNode) => void;

/** Most DOC segments in the head and in a group of the consignor (D.97A). */
const DOCUMENTS_AT_ONCE = 9;
const MASS_DETERMINATION = 'IRP';

export const EDIFACT_TRANSFORMS: Readonly<Record<string, Transform>> = {
  /** SMGS note as the railways write it (IFTMIN D.97A OSJD). */
  osjdNote: {
    read: (root) => {
      each(root, UNPACK);
      gatherDocuments(root);
      gatherMassRemarks(root);
      return root;
    },
    write: (root) => {
      each(root, PACK);
      numberBorderStations(root);
      spreadDocuments(root);
      spreadMassRemarks(root);
      addTermsOfDelivery(root);
      return root;
    },
  },
  /** APERAK: `type/class` in one ERC component; texts beyond the first stand behind the reference. */
  applicationErrors: {
    read: (root) => {
      for (const group of named(root, 'SG3')) {
        splitErrorClass(group);
        const [words] = named(group, 'SG4').map((below) => take(below, 'FTX'));
        if (words) group.children.splice(indexAfter(group, ['ERC', 'FTX']), 0, ...words);
      }
      return root;
    },
    write: (root) => {
      for (const group of named(root, 'SG3')) {
        joinErrorClass(group);
        const [reference] = named(group, 'SG4');
        const texts = take(group, 'FTX');
        const here = reference ? 1 : texts.length;
        group.children.splice(indexAfter(group, ['ERC']), 0, ...texts.slice(0, here));
        reference?.children.push(...texts.slice(here));
      }
      return root;
    },
  },
  /** CNT+16, how many containers the message holds: written from the count, and left for a finding where it differs. */
  equipmentTotal: {
    read: (root) => {
      const total = String(equipmentIn(root));
      take(root, 'CNT', (node) => value(node, 1, 1) === TOTAL_OF_EQUIPMENT && value(node, 1, 2) === total);
      return root;
    },
    write: (root) => {
      root.children.push({ name: 'CNT', data: [[TOTAL_OF_EQUIPMENT, String(equipmentIn(root))]], children: [] });
      return root;
    },
  },
};

const TOTAL_OF_EQUIPMENT = '16';
const equipmentIn = (root: DocumentNode): number => root.children.filter(({ children: [first] }) => first?.name === 'EQD').length;

const UNPACK: Readonly<Record<string, Visit>> = {
  LOC: (node) => {
    const code = value(node, 2, 1);
    const shortName = value(node, 3, 1);
    if (/^\d{8}$/.test(code)) {
      put(node, 2, 1, code.slice(2));
      putElement(node, 3, [code.slice(0, 2), '', '', shortName]);
    } else if (shortName && !RAILWAY.test(shortName)) putElement(node, 3, ['', '', '', shortName]);
  },
  EQA: (node) => {
    const [id = '', type] = cutOnce(value(node, 2, 1));
    if (value(node, 1, 1) !== 'CN' || type === undefined) return;
    put(node, 2, 1, id);
    put(node, 3, 1, type);
  },
  NAD: (node) => {
    const [railway = '', provider] = cutOnce(value(node, 2, 1));
    if (value(node, 1, 1) !== 'CW' || provider === undefined) return;
    put(node, 2, 1, railway);
    put(node, 10, 1, provider);
  },
};

const PACK: Readonly<Record<string, Visit>> = {
  LOC: (node) => {
    const [station, railway, shortName] = [value(node, 2, 1), value(node, 3, 1), value(node, 3, 4)];
    if (/^\d{6}$/.test(station) && RAILWAY.test(railway)) {
      put(node, 2, 1, railway + station);
      putElement(node, 3, shortName ? [shortName] : []);
    } else if (!railway && shortName) putElement(node, 3, [shortName]);
  },
  EQA: (node) => {
    const type = value(node, 3, 1);
    if (value(node, 1, 1) !== 'CN' || !type) return;
    put(node, 2, 1, `${value(node, 2, 1)}/${type}`);
    putElement(node, 3, []);
  },
  NAD: (node) => {
    const provider = value(node, 10, 1);
    if (provider) {
      put(node, 2, 1, `${value(node, 2, 1)}/${provider}`);
      node.data?.splice(9);
    }
    // Without a code there is nothing for its list to qualify.
    if (!value(node, 2, 1)) putElement(node, 2, []);
  },
};

const RAILWAY = /^\d{2}$/;

/** Every DOC of the consignor's groups to the head; groups that held nothing else go, so that the consignor is the one left. */
function gatherDocuments(root: DocumentNode): void {
  const documents: DocumentNode[] = [];
  const groups = root.children.filter(isConsignor);
  for (const group of groups) {
    for (const holder of named(group, 'SG13')) documents.push(...take(holder, 'DOC'));
    group.children = group.children.filter(({ name, children }) => name !== 'SG13' || children.length > 0);
  }
  const filled = groups.filter((group) => group.children.length > 1 || holdsParty(group));
  const kept = filled.length > 0 ? filled : groups.slice(0, 1);
  root.children = root.children.filter((child) => !groups.includes(child) || kept.includes(child));
  root.children.splice(indexAfter(root, [...BEFORE_DOCUMENTS, 'DOC']), 0, ...documents);
}

const isConsignor = (node: DocumentNode): boolean =>
  node.name === 'SG11' && node.children[0] !== undefined && value(node.children[0], 1, 1) === 'CZ';

const holdsParty = (group: DocumentNode): boolean =>
  (group.children[0]?.data ?? []).slice(1).some((components) => components.some((text) => text !== ''));

/** Nine DOC stay in the head, nine go to the consignor, and each nine more to an otherwise empty group of the consignor. */
function spreadDocuments(root: DocumentNode): void {
  const [head, ...rest] = inNines(take(root, 'DOC'));
  if (head) root.children.splice(indexAfter(root, BEFORE_DOCUMENTS), 0, ...head);
  for (const [index, documents] of rest.entries()) {
    const groups = root.children.filter(isConsignor);
    const into = index === 0 ? groups[0] : undefined;
    const holders = documents.map((document) => ({ name: 'SG13', children: [document] }));
    if (into) into.children.push(...holders);
    else {
      const last = groups.at(-1);
      const at = last ? root.children.indexOf(last) + 1 : indexAfter(root, BEFORE_PARTIES);
      root.children.splice(at, 0, { name: 'SG11', children: [{ name: 'NAD', data: [['CZ']], children: [] }, ...holders] });
    }
  }
}

function inNines(documents: readonly DocumentNode[]): DocumentNode[][] {
  const parts: DocumentNode[][] = [];
  for (let at = 0; at < documents.length; at += DOCUMENTS_AT_ONCE) parts.push(documents.slice(at, at + DOCUMENTS_AT_ONCE));
  return parts;
}

/** How the mass was determined is said of the note in the form, but stands with a goods line in the message. */
function gatherMassRemarks(root: DocumentNode): void {
  const remarks = named(root, 'SG18').flatMap((item) => take(item, 'FTX', isMassRemark));
  root.children.splice(indexAfter(root, BEFORE_REMARKS), 0, ...remarks);
}

function spreadMassRemarks(root: DocumentNode): void {
  const [item] = named(root, 'SG18');
  if (item) item.children.splice(indexAfter(item, ['GID', 'PIA', 'FTX']), 0, ...take(root, 'FTX', isMassRemark));
}

const isMassRemark = (node: DocumentNode): boolean => value(node, 1, 1) === MASS_DETERMINATION;

/** 17 is the first border station of the route, 42 each further one. */
function numberBorderStations(root: DocumentNode): void {
  for (const leg of named(root, 'SG8')) {
    const stations = named(leg, 'SG9')
      .flatMap(({ children }) => children.slice(0, 1))
      .filter((node) => value(node, 1, 1) === '17');
    for (const node of stations.slice(1)) put(node, 1, 1, '42');
  }
}

function addTermsOfDelivery(root: DocumentNode): void {
  if (named(root, 'SG2').length > 0) return;
  const terms = { name: 'TOD', data: [['6'], [], ['SD']], children: [] };
  root.children.splice(indexAfter(root, [...BEFORE_DOCUMENTS, 'DOC', 'SG1']), 0, { name: 'SG2', children: [terms] });
}

function splitErrorClass({ children: [erc] }: DocumentNode): void {
  if (!erc) return;
  const [type = '', errorClass] = cutOnce(value(erc, 1, 1));
  if (errorClass === undefined) return;
  put(erc, 1, 1, type);
  put(erc, 1, 4, errorClass);
}

function joinErrorClass({ children: [erc] }: DocumentNode): void {
  const errorClass = erc && value(erc, 1, 4);
  if (errorClass) putElement(erc, 1, [`${value(erc, 1, 1)}/${errorClass}`]);
}

/** What stands before a place in the head of IFTMIN, in the order of the directory. */
const BEFORE_REMARKS = ['UNB', 'UNG', 'UNH', 'BGM', 'CTA', 'COM', 'DTM', 'TSR', 'CUX', 'MOA', 'FTX'];
const BEFORE_DOCUMENTS = [...BEFORE_REMARKS, 'CNT'];
const BEFORE_PARTIES = [...BEFORE_DOCUMENTS, 'DOC', 'SG1', 'SG2', 'SG3', 'SG4', 'SG6', 'SG7', 'SG8'];

const value = (node: DocumentNode, element: number, component: number): string => node.data?.[element - 1]?.[component - 1] ?? '';

function put(node: DocumentNode, element: number, component: number, text: string): void {
  const components = [...(node.data?.[element - 1] ?? [])];
  while (components.length < component) components.push('');
  components[component - 1] = text;
  putElement(node, element, components);
}

function putElement(node: DocumentNode, element: number, components: string[]): void {
  const data = (node.data ??= []);
  while (data.length < element) data.push([]);
  data[element - 1] = components;
}

function cutOnce(text: string): [string, string?] {
  const at = text.indexOf('/');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

const named = (node: DocumentNode, name: string): DocumentNode[] => node.children.filter((child) => child.name === name);

/** Removes and returns the children of this name. */
function take(node: DocumentNode, name: string, test: (child: DocumentNode) => boolean = () => true): DocumentNode[] {
  const found = named(node, name).filter(test);
  node.children = node.children.filter((child) => !found.includes(child));
  return found;
}

/** The place behind the last child that has one of these names. */
const indexAfter = (node: DocumentNode, names: readonly string[]): number =>
  node.children.findLastIndex(({ name }) => names.includes(name)) + 1;

function each(node: DocumentNode, visits: Readonly<Record<string, Visit>>): void {
  for (const child of node.children) {
    visits[child.name]?.(child);
    each(child, visits);
  }
}
