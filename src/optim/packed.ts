import { concat, reshape, split, type Tensor, tidy } from "@tensorflow/tfjs-core"
import { crc32 } from "../formats/crc32.ts"
import { checkGradients, mapTensors, type Optimizer, type OptimizerState, type Tensors } from "./optimizer.ts"

/**
 * Elements of the largest filter that is put together with others: above, to copy it takes longer than to begin an operation.
 * No network has vectors that long.
 */
const LARGEST = 2 ** 14

/**
 * A rule that treats every element alike, applied to small tensors that differ in their last axis alone as to one: a network
 * has hundreds, of its norms, biases and filters, and to begin an operation takes longer than to do it. The bits are those of
 * one by one.
 */
export const packed = <State extends OptimizerState>(rule: Optimizer<State>): Optimizer<State> => ({
  ...rule,
  init: (weights) => tidy(() => rule.init(pack(weights, groupsOf(weights)))),
  update: ({ weights, gradients, ...rest }) => {
    checkGradients(weights, gradients)
    return tidy(() => {
      const groups = groupsOf(weights)
      const next = rule.update({ ...rest, weights: pack(weights, groups), gradients: pack(gradients, groups) })
      return { weights: unpack(next.weights, weights, groups), state: next.state }
    })
  }
})

/** Names of tensors that are joined along their last axis. */
interface Group {
  /** What the state calls them together, such as `vectors-0a1b2c3d` or `3x3x8xN-4e5f6071`. */
  readonly name: string
  readonly members: ReadonlyArray<string>
}

/**
 * Members are sorted, so that a state fits its weights in whatever order they come. One alone needs no company. A name tells
 * which they are and how long, so that a state of others does not fit.
 */
const groupsOf = (weights: Tensors): ReadonlyArray<Group> => {
  const groups = new Map<string, Array<string>>()
  for (const name of Object.keys(weights).sort()) {
    const { shape, size } = weights[name]
    if (size > LARGEST && shape.length > 1) continue
    const group = shape.length < 2 ? "vectors" : `${shape.slice(0, -1).join("x")}xN`
    groups.set(group, [...(groups.get(group) ?? []), name])
  }
  return [...groups].flatMap(([kind, members]) => {
    const digest = crc32(new TextEncoder().encode(members.map((name) => `${name} ${weights[name].shape}`).join("\n")))
    return members.length > 1 ? [{ name: `${kind}-${digest.toString(16).padStart(8, "0")}`, members }] : []
  })
}

/** A scalar is a vector of one. */
const atLeastVector = (tensor: Tensor): Tensor => (tensor.rank === 0 ? reshape(tensor, [1]) : tensor)

const pack = (tensors: Tensors, groups: ReadonlyArray<Group>): Tensors => {
  const grouped = new Set(groups.flatMap(({ members }) => members))
  const rest = Object.entries(tensors).filter(([name]) => !grouped.has(name))
  const joined = groups.map(({ name, members }): [string, Tensor] => [
    name,
    concat(
      members.map((member) => atLeastVector(tensors[member])),
      -1
    )
  ])
  return Object.fromEntries([...rest, ...joined])
}

/** Tensors of the names, order and shapes of `like`. */
const unpack = (tensors: Tensors, like: Tensors, groups: ReadonlyArray<Group>): Tensors => {
  const apart = new Map(
    groups.flatMap(({ name, members }) => {
      const lengths = members.map((member) => like[member].shape.at(-1) ?? 1)
      return split(tensors[name], lengths, -1).map((part, i) => [members[i], part] as const)
    })
  )
  return mapTensors(like, ({ shape }, name) => {
    const part = apart.get(name)
    return part === undefined ? tensors[name] : reshape(part, shape)
  })
}
