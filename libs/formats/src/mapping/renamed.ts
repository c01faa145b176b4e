/** `renamed`: what a partner calls the elements of the base; everything else about them stays, their place included. */
import { isTree, type Tree } from './schema.ts';

/** The base's tree with the keys at the paths (`Manifest/Head/SenderID`) under their new names; paths of detection follow. */
export function renamedTree(base: Tree, renamed: Tree): Tree {
  const { document, detect, functions } = base;
  const names = Object.entries(renamed).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const to = new Map(names);
  const root = isTree(document) ? Object.keys(document)[0] : undefined;
  return {
    ...base,
    ...(isTree(document) && { document: below(document, '', to) }),
    ...(isTree(detect) && { detect: detection(detect, root, to) }),
    ...(isTree(functions) && { functions: { ...functions, at: followed(functions['at'], root, to) } }),
  };
}

/** The paths at which the base has nothing, or whose new name a sibling has. */
export function missingNames(base: Tree, renamed: Tree): string[] {
  return Object.entries(renamed).flatMap(([path, name]) => {
    const keys = path.split('/');
    const last = keys.pop() ?? '';
    let at: unknown = base['document'];
    for (const key of keys) at = isTree(at) ? at[key] : undefined;
    const sound = isTree(at) && isTree(at[last]) && typeof name === 'string' && !(name in at);
    return sound ? [] : [path];
  });
}

function below(tree: Tree, above: string, to: ReadonlyMap<string, string>): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      const path = above === '' ? key : `${above}/${key}`;
      return [to.get(path) ?? key, isTree(value) && !key.startsWith('$') ? below(value, path, to) : value];
    }),
  );
}

function detection(detect: Tree, root: string | undefined, to: ReadonlyMap<string, string>): Tree {
  const { has, where } = detect;
  return {
    ...detect,
    root: (root !== undefined && to.get(root)) || detect['root'],
    ...(has !== undefined && { has: followed(has, root, to) }),
    ...(isTree(where) && { where: Object.fromEntries(Object.entries(where).map(([path, value]) => [followed(path, root, to), value])) }),
  };
}

/** A path of local names below the root, after the renaming; `A|B` are several. */
function followed(path: unknown, root: string | undefined, to: ReadonlyMap<string, string>): unknown {
  if (typeof path !== 'string' || root === undefined) return path;
  const local = new Map([...to].map(([from, name]) => [from.split('/').map(bareName).join('/'), bareName(name)]));
  return path
    .split('|')
    .map((one) => {
      const steps = one.split('/');
      return steps.map((step, index) => local.get([bareName(root), ...steps.slice(0, index + 1)].join('/')) ?? step).join('/');
    })
    .join('|');
}

/** Without prefix: paths of detection hold local names. */
const bareName = (key: string): string => key.replace(/^[^:@[]+:/, '');
