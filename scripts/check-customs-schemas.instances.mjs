// Documents for one schema: valid ones, and ones with a single fault of structure.

/** Repeating more than this is tried with the smallest entries only, once below the limit and once above. */
const SIMPLE = 99;

/** Yields { label, document }; documents are { name, text, attributes, children }. */
export function* instances(root) {
  yield { label: 'smallest', document: smallest(root) };
  yield { label: 'fullest', document: fullest(root) };
  yield* around(root, (document) => document);
  yield* swaps(root, []);
}

/** Only what is mandatory. */
function smallest(rule) {
  return grown(rule, (child) => Array.from({ length: child.min }, () => smallest(child)));
}

/** Everything that may stand there, once. */
export function fullest(rule) {
  return grown(rule, (child) => (child.max === 0 ? [] : Array.from({ length: Math.max(child.min, 1) }, () => fullest(child))));
}

function grown(rule, below) {
  const { name, fixed, attributes, children } = rule;
  if (children.length === 0) return { name, text: fixed ?? sample(name), attributes: attributes.map((key) => [key, 'AA']), children: [] };
  return { name, attributes: [], children: children.flatMap(below) };
}

/** The schemas leave values open; these have the form the announcements give them. */
function sample(name) {
  if (/(Date|DateTime|Datetime|Time)$/.test(name)) return '20260314091500000'.slice(0, name === 'SendTime' ? 17 : 14);
  return /(Quantity|Measure|Amount|Numeric)$/.test(name) ? '1' : 'X1';
}

/** `wrap` puts an element of this rule into the smallest document around it. */
function* around(rule, wrap) {
  const inside = (child, occurrences) =>
    wrap(grown(rule, (each) => (each === child ? occurrences : Array.from({ length: each.min }, () => smallest(each)))));
  const times = (child, count) =>
    inside(
      child,
      Array.from({ length: count }, () => smallest(child)),
    );
  for (const child of rule.children) {
    const { name, min, max, fixed } = child;
    if (min > 0) yield { label: `${name} left out`, document: times(child, min - 1) };
    else if (max > 0) yield { label: `${name} present`, document: times(child, 1) };
    if (max > 1) yield { label: `${name} ${max} times`, document: times(child, max) };
    yield { label: `${name} ${max + 1} times`, document: times(child, max + 1) };
    if (fixed !== undefined) yield { label: `${name} with another value`, document: inside(child, [{ ...smallest(child), text: 'X' }]) };
    if (max > 0 && child.children.length > 0) yield* around(child, (element) => inside(child, [element, ...rest(child)]));
  }
  if (rule.children.length > 0) {
    const document = smallest(rule);
    document.children.push({ name: 'Unrecognised', text: 'X1', attributes: [], children: [] });
    yield { label: `${rule.name} with an unknown child`, document: wrap(document) };
  }
}

const rest = (rule) => (rule.min > SIMPLE ? [] : Array.from({ length: Math.max(0, rule.min - 1) }, () => smallest(rule)));

/** Every two neighbours of the fullest document, exchanged. `path` leads to the element by positions. */
function* swaps(root, path) {
  const parent = at(fullest(root), path);
  for (let i = 0; i < parent.children.length; i++) {
    if (i > 0 && parent.children[i - 1].name !== parent.children[i].name) {
      const document = fullest(root);
      const { children } = at(document, path);
      children.splice(i - 1, 2, children[i], children[i - 1]);
      yield { label: `${children[i].name} behind ${children[i - 1].name}`, document };
    }
    yield* swaps(root, [...path, i]);
  }
}

const at = (document, path) => path.reduce((node, i) => node.children[i], document);

/** The document as text. */
export function toXml({ name, text, attributes, children }, namespace) {
  const all = namespace === undefined ? attributes : [['xmlns', namespace], ...attributes];
  const open = `<${name}${all.map(([key, value]) => ` ${key}="${value}"`).join('')}>`;
  return `${open}${text ?? children.map((child) => toXml(child)).join('')}</${name}>`;
}
