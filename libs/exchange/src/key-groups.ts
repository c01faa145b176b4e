import { isContainerNumberValid, isWagonNumberValid, type CanonicalMessage } from '#model';

/** Keys found in a message, by what belongs together: one consignment, one note, one row. Every group holds places in `index`. */
export interface FoundKeys {
  readonly index: readonly string[];
  readonly groups: readonly (readonly number[])[];
}

/** Beyond this many keys a message is found by the first of them, by its train or voyage, and by its lineage. The database function `other_bills` knows it, too. */
export const MAX_INDEXED_KEYS = 2_000;
/** A document id shorter than this is a counter of its sender (UNH 0062), shared by thousands. */
const MIN_DOCUMENT_ID = 8;

/** Deeper than any canonical message. */
const MAX_DEPTH = 12;

type Tree = Readonly<Record<string, unknown>>;

/** Lists of which each entry is one matter: its keys belong together and not to those of its neighbours. */
const MATTERS: ReadonlySet<string> = new Set([
  'consignment',
  'consignmentStatus',
  'consignmentNote',
  'goodsShipment',
  'transferredWagon',
  'relation',
  'wagon',
  'manifestBill',
  'event',
]);
/** Messages in which the contract of carriage is the railway's note. */
const BY_NOTE: ReadonlySet<CanonicalMessage['type']> = new Set<CanonicalMessage['type']>([
  'RailConsignmentNote',
  'TrainConsist',
  'WagonTransferList',
  'TransitDeclaration',
  'PreliminaryInformation',
  'CommercialInvoice',
]);
/** Members that hold numbers of containers or wagons, and objects whose `id` is one. */
const EQUIPMENT: ReadonlySet<string> = new Set(['equipmentId', 'carryingWagonId', 'wagonId', 'fromWagonId', 'toWagonId']);
const EQUIPMENT_OBJECTS: ReadonlySet<string> = new Set([
  'usedTransportEquipment',
  'associatedTransportEquipment',
  'carriedTransportEquipment',
  'equipmentStatus',
  'container',
  'wagon',
]);
const DECLARATIONS: ReadonlySet<string> = new Set(['customsDocument', 'declarationId']);

const EQUIPMENT_SCHEME = 'equipment:';

/** Scheme of a number on wheels or on a wagon: what has the form of a wagon number is one, whatever the member is called. */
export const equipmentKey = (id: string): string =>
  isContainerNumberValid(id) === undefined && isWagonNumberValid(id) !== undefined ? `wagon:${id}` : `equipment:${id}`;

/**
 * Every key by which people look for a message, and which of them belong together. `first` (what the signed manifest names)
 * comes first. A number of a train or voyage joins nothing: what travels together is not one matter.
 */
export function findKeys(message: CanonicalMessage, first: readonly string[]): FoundKeys {
  const finder = new Finder(BY_NOTE.has(message.type) ? 'note' : 'bill');
  for (const key of first) {
    finder.place(key);
    if (key.startsWith(EQUIPMENT_SCHEME)) finder.place(equipmentKey(key.slice(EQUIPMENT_SCHEME.length)));
  }
  // A document without its mandatory id is refused by the check of its form; here it must not break the reading.
  const messageId = message.header.messageId as string | undefined;
  if (messageId !== undefined && messageId.length >= MIN_DOCUMENT_ID) finder.place(`document:${messageId}`);
  finder.matter(message as unknown as Tree, first);
  return { index: [...finder.places.keys()], groups: finder.groups };
}

class Finder {
  readonly places = new Map<string, number>();
  readonly groups: number[][] = [];
  readonly #contract: string;

  constructor(contract: string) {
    this.#contract = contract;
  }

  place(key: string): number | undefined {
    const known = this.places.get(key);
    if (known !== undefined || this.places.size >= MAX_INDEXED_KEYS) return known;
    this.places.set(key, this.places.size);
    return this.places.size - 1;
  }

  /** One matter and those inside it. The top of a message joins what it names itself, not what its lists hold. */
  matter(tree: Tree, also: readonly string[] = []): void {
    const keys = new Set<string>();
    const inner: Tree[] = [];
    this.#walk(tree, keys, inner, 0);
    const lists = inner.length > 0;
    for (const key of also) if (!lists && !isCarrier(key)) keys.add(key);
    const group = [...keys].flatMap((key) => this.place(key) ?? []);
    if (group.length > 1) this.groups.push(group);
    for (const one of inner) this.matter(one);
  }

  #walk(tree: Tree, keys: Set<string>, inner: Tree[], depth: number): void {
    if (depth > MAX_DEPTH) return;
    // Canonical messages are plain data; no lists of pairs for each object of a large one.
    for (const name in tree) {
      const value = tree[name];
      if (typeof value === 'string') this.#number(name, value, keys);
      else if (!Array.isArray(value)) this.#object(name, value, keys, inner, depth);
      else if (MATTERS.has(name)) for (const entry of value) inner.push(named(name, entry as Tree));
      else
        for (const entry of value as unknown[])
          if (typeof entry === 'string') this.#number(name, entry, keys);
          else this.#object(name, entry, keys, inner, depth);
    }
  }

  #number(name: string, value: string, keys: Set<string>): void {
    if (value === '') return;
    if (EQUIPMENT.has(name)) keys.add(equipmentKey(value));
    else if (name === 'declarationId') keys.add(`declaration:${value}`);
    else if (name === 'consignmentNoteId') keys.add(`note:${value}`);
    else if (name === 'manifestBillId') keys.add(`bill:${value}`);
  }

  #object(name: string, value: unknown, keys: Set<string>, inner: Tree[], depth: number): void {
    if (typeof value !== 'object' || value === null) return;
    const tree = value as Tree;
    const id = tree['id'];
    if (typeof id === 'string' && id !== '') {
      if (name === 'transportContractDocument') keys.add(`${this.#contract}:${id}`);
      else if (EQUIPMENT_OBJECTS.has(name)) keys.add(equipmentKey(id));
      else if (DECLARATIONS.has(name)) keys.add(`declaration:${id}`);
    }
    this.#walk(tree, keys, inner, depth + 1);
  }
}

/** In a list the name of the list says what the `id` of its entries is. */
function named(list: string, entry: Tree): Tree {
  const id = entry['id'];
  if (typeof id !== 'string') return entry;
  if (list === 'manifestBill') return { ...entry, manifestBillId: id };
  return list === 'wagon' ? { ...entry, wagonId: id } : entry;
}

/** Schemes of what carries goods: many matters share one, at one time or one after the other. */
const CARRIERS: ReadonlySet<string> = new Set(['train', 'journey', 'call', 'wagon', 'transfer-list', 'boarding']);

/** Whether a key names what carries goods and not the goods: a wagon is not the goods. */
export const isCarrier = (key: string): boolean => CARRIERS.has(key.slice(0, key.indexOf(':')));
