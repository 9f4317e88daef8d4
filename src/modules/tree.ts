/** Records and arrays, nested, with a leaf at the end of every path. */
export type Tree<Leaf> = Leaf | ReadonlyArray<Tree<Leaf>> | { readonly [name: string]: Tree<Leaf> }

type IsLeaf<Leaf> = (node: Tree<Leaf>) => node is Leaf

/** Every leaf with its path, the names on the way joined by dots, in order of declaration. */
export const flatten = <Leaf>(
  tree: Tree<Leaf>,
  isLeaf: IsLeaf<Leaf>,
  path = ""
): ReadonlyArray<readonly [path: string, leaf: Leaf]> =>
  isLeaf(tree)
    ? [[path, tree]]
    : Object.entries(tree).flatMap(([name, child]) => flatten(child, isLeaf, join(path, name)))

/** A tree of the same form, with something made of each leaf. */
export const mapTree = <Leaf, Made>(
  tree: Tree<Leaf>,
  isLeaf: IsLeaf<Leaf>,
  make: (leaf: Leaf, path: string) => Made,
  path = ""
): Tree<Made> => {
  if (isLeaf(tree)) return make(tree, path)
  const children = Object.entries(tree).map(
    ([name, child]) => [name, mapTree(child, isLeaf, make, join(path, name))] as const
  )
  return Array.isArray(tree) ? children.map(([, child]) => child) : Object.fromEntries(children)
}

const join = (path: string, name: string) => (path === "" ? name : `${path}.${name}`)
