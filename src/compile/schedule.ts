import type { OnnxNode } from "./onnx/model.ts"

/** What takes next to no time and memory of its own. */
const CHEAP: ReadonlySet<string> = new Set(
  "Add Concat Div Identity Mul Neg Reciprocal Reshape Split Sqrt Sub Transpose".split(" ")
)

/**
 * The same nodes in another order, still one in which they can run. ONNX Runtime does not run them as they stand: it takes those
 * whose results nobody uses, from the last to the first, and runs before each what it needs. So these come last here, and
 * of them what can be had first comes last of all: the update of a weight runs as soon as its gradient can be had, and the maps
 * that the gradient needed are free before the next one is computed.
 *
 * Weights that are updated together wait for the last of their gradients. So that these do not wait too, with all their maps, what
 * would, while other results are computed, is asked for its shape, which takes no time and which nobody uses. Not so where there
 * is one result, as in inference, where it would keep operators from being made one.
 */
export const schedule = (nodes: ReadonlyArray<OnnxNode>): ReadonlyArray<OnnxNode> => {
  const makers = new Map(nodes.flatMap((node, i) => node.outputs.map((name) => [name, i] as const)))
  const users = new Map<string, Array<number>>()
  for (const [i, { inputs }] of nodes.entries()) for (const name of inputs) push(users, name, i)
  const usersOf = ({ outputs }: OnnxNode) => outputs.flatMap((name) => users.get(name) ?? [])

  // It is cheap, and nothing costly follows.
  const tail = new Array<boolean>(nodes.length)
  for (let i = nodes.length - 1; i >= 0; i--) {
    tail[i] = CHEAP.has(nodes[i].op) && usersOf(nodes[i]).every((user) => tail[user])
  }
  // After which costly node it can run.
  const ready: Array<number> = []
  for (const [i, { inputs }] of nodes.entries()) {
    ready[i] = tail[i] ? Math.max(-1, ...inputs.map((name) => ready[makers.get(name) ?? -1] ?? -1)) : i
  }
  const leaves = [...nodes.keys()].filter((i) => usersOf(nodes[i]).length === 0)
  // After which costly node the first result that it leads to can run: at once where another costly node needs it.
  const due: Array<number> = []
  for (let i = nodes.length - 1; i >= 0; i--) {
    const following = usersOf(nodes[i])
    if (following.length === 0) due[i] = ready[i]
    else due[i] = following.every((user) => tail[user]) ? Math.min(...following.map((user) => due[user])) : i
  }
  const times = new Set(leaves.map((i) => ready[i]))
  const waits = (i: number) => !tail[i] && [...times].some((time) => time >= i && time < due[i])

  const last = leaves.map((i) => ({ at: ready[i], node: nodes[i] }))
  const asked = [...nodes.keys()].filter(waits).map((i) => ({ at: i, node: shapeOf(nodes[i]) }))
  const isLeaf = new Set(leaves)
  const ends = [...last, ...asked].sort((a, b) => b.at - a.at)
  return [...nodes.filter((_, i) => !isLeaf.has(i)), ...ends.map(({ node }) => node)]
}

const shapeOf = ({ outputs: [name] }: OnnxNode): OnnxNode => ({
  op: "Shape",
  inputs: [name],
  outputs: [`${name}:shape`]
})

const push = (lists: Map<string, Array<number>>, name: string, item: number): void => {
  const list = lists.get(name)
  if (list === undefined) lists.set(name, [item])
  else list.push(item)
}
