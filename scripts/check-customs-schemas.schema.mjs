// The structure of a customs manifest schema: elements in order with their bounds, and what it says of a document.
// Only the constructs these sixty files use are read; anything else stops the check.
import { XMLParser } from 'fast-xml-parser';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  removeNSPrefix: true,
  parseTagValue: false,
});

/**
 * Root element of a schema text: { name, min, max, fixed, filtered, textless, attributes, children }. `filtered` is the
 * schema's own remark that the element is ignored; `textless` marks what may hold attributes only.
 */
export function readSchema(text) {
  const schema = nodes(parser.parse(text)).find(({ tag }) => tag === 'schema');
  const types = new Map(named(schema, 'complexType').map((type) => [type.attributes.name, type]));
  const [root] = named(schema, 'element');
  return { namespace: schema.attributes.targetNamespace, root: element(root, types, []) };
}

const nodes = (parsed) =>
  parsed.flatMap((entry) => {
    const tag = Object.keys(entry).find((key) => key !== ':@');
    if (tag.startsWith('?') || tag === '#text') return [];
    const text = entry[tag].map((child) => child['#text'] ?? '').join('');
    return [{ tag, text, attributes: entry[':@'] ?? {}, children: nodes(entry[tag]) }];
  });

const named = (node, tag) => node.children.filter((child) => child.tag === tag);

function element(node, types, above) {
  const { name, type, minOccurs = '1', maxOccurs = '1', fixed } = node.attributes;
  const remark = named(node, 'annotation')
    .flatMap((annotation) => named(annotation, 'documentation'))
    .map(({ text }) => text)
    .join(' ');
  const [inner] = [...named(node, 'complexType'), ...(types.has(type) ? [types.get(type)] : [])];
  if (type !== undefined && !types.has(type)) throw new Error(`type ${type}`);
  const path = [...above, name];
  const { children, attributes } = inner ? content(inner, types, path) : { children: [], attributes: [] };
  if (new Set(children.map((child) => child.name)).size !== children.length) throw new Error(`${name} names a child twice`);
  return {
    name,
    min: Number(minOccurs),
    max: Number(maxOccurs),
    fixed,
    filtered: isFiltered(remark, path),
    textless: attributes.length > 0 && children.length === 0,
    attributes,
    children,
  };
}

/** A type shared by containers and goods items says where it is filtered. */
const isFiltered = (remark, path) =>
  remark.includes('过滤') && (!remark.includes('在商品项信息中为过滤项') || path.includes('ConsignmentItem'));

function content(type, types, path) {
  const children = [];
  const attributes = [];
  for (const part of type.children) {
    if (part.tag === 'sequence') children.push(...part.children.map((child) => element(child, types, path)));
    else if (part.tag === 'attribute') attributes.push(part.attributes.name);
    else if (part.tag === 'complexContent') {
      const below = content(types.get(part.children[0].attributes.base), types, path);
      children.push(...below.children);
      attributes.push(...below.attributes);
    } else if (part.tag !== 'annotation') throw new Error(part.tag);
  }
  return { children, attributes };
}

/** Everything the schema finds wrong with a document, as `kind pointer`. What is forbidden or too many is not looked into. */
export function judge(rule, node, pointer = `/${rule.name}`) {
  if (rule.fixed !== undefined && node.text !== rule.fixed) return [`value ${pointer}`];
  const findings = [];
  const totals = new Map();
  for (const { name } of node.children) totals.set(name, (totals.get(name) ?? 0) + 1);
  const counts = new Map();
  let last = 0;
  for (const child of node.children) {
    const at = rule.children.findIndex(({ name }) => name === child.name);
    const inner = rule.children[at];
    const count = (counts.get(child.name) ?? 0) + 1;
    counts.set(child.name, count);
    const below = `${pointer}/${child.name}${totals.get(child.name) > 1 ? `[${count}]` : ''}`;
    if (!inner) {
      findings.push(`unknown ${below}`);
      continue;
    }
    if (at < last) findings.push(`order ${below}`);
    else last = at;
    if (count === inner.max + 1) findings.push(`${inner.max === 0 ? 'forbidden' : 'repeated'} ${below}`);
    if (count <= inner.max) findings.push(...judge(inner, child, below));
  }
  for (const { name, min } of rule.children) if ((counts.get(name) ?? 0) < min) findings.push(`missing ${pointer}/${name}`);
  return findings;
}
