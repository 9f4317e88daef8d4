import { sizeOf } from "./graph.ts"

/**
 * How a tensor lies in memory: the axis that each position holds, outermost first. ONNX wants channels before space, tfjs
 * has them last; a value carries its order along, so that hardly anything has to be moved.
 */
export type Order = ReadonlyArray<number>

/** Batch, channels, height, width, for tfjs's [batch, height, width, channels]. */
export const NCHW: Order = [0, 3, 1, 2]

/** Out, in, height, width, for tfjs's filters [height, width, in, out]. */
export const OIHW: Order = [3, 2, 0, 1]

export const identity = (rank: number): Order => Array.from({ length: rank }, (_, i) => i)

export const sameOrder = (a: Order, b: Order): boolean => a.length === b.length && a.every((axis, i) => axis === b[i])

/** The lengths as they lie in memory. */
export const physical = (shape: ReadonlyArray<number>, order: Order): ReadonlyArray<number> =>
  order.map((axis) => shape[axis])

/** Whether two orders of a shape are the same memory, because they differ in axes of length 1 alone. */
export const sameMemory = (shape: ReadonlyArray<number>, a: Order, b: Order): boolean => {
  const long = (order: Order) => order.filter((axis) => shape[axis] !== 1)
  return sameOrder(long(a), long(b))
}

/** The permutation of positions that leads from one order to another. */
export const permutation = (from: Order, to: Order): ReadonlyArray<number> => to.map((axis) => from.indexOf(axis))

/** The order without some axes, the rest renumbered. */
export const without = (order: Order, axes: ReadonlyArray<number>): Order =>
  order
    .filter((axis) => !axes.includes(axis))
    .map((axis) => axis - axes.reduce((before, gone) => before + Number(gone < axis), 0))

/** The order with axes of length 1 put in front, up to a rank. */
export const inFront = (order: Order, rank: number): Order => {
  const more = rank - order.length
  return [...identity(more), ...order.map((axis) => axis + more)]
}

/**
 * The order of a reshaped tensor whose memory stays as it is; nothing where memory has to move.
 *
 * Axes fall into the smallest groups that the reshape keeps together. Memory may stay where the axes of each group lie
 * side by side in their own order.
 */
export const reshapedOrder = (
  from: ReadonlyArray<number>,
  order: Order,
  to: ReadonlyArray<number>
): Order | undefined => {
  if (sizeOf(from) === 0) return sameOrder(order, identity(order.length)) ? identity(to.length) : undefined
  const longAxes = (shape: ReadonlyArray<number>) => shape.flatMap((n, axis) => (n === 1 ? [] : [axis]))
  const [sources, targets] = [longAxes(from), longAxes(to)]
  const groups: Array<{ readonly from: ReadonlyArray<number>; readonly to: ReadonlyArray<number> }> = []
  let [i, j] = [0, 0]
  while (i < sources.length) {
    const [firstSource, firstTarget] = [i, j]
    let [a, b] = [from[sources[i++]], to[targets[j++]]]
    while (a !== b) {
      if (a < b) a *= from[sources[i++]]
      else b *= to[targets[j++]]
    }
    groups.push({ from: sources.slice(firstSource, i), to: targets.slice(firstTarget, j) })
  }
  const lying = order.filter((axis) => from[axis] !== 1)
  const next: Array<number> = []
  for (let at = 0; at < lying.length; ) {
    const group = groups.find((each) => each.from[0] === lying[at])
    if (group === undefined || !group.from.every((axis, k) => lying[at + k] === axis)) return undefined
    next.push(...group.to)
    at += group.from.length
  }
  // Axes of length 1 may lie anywhere: in front of the axis that they precede, which keeps plain orders plain.
  const result: Array<number> = []
  const ones = (before: number) => {
    for (let axis = before - 1; axis >= 0 && to[axis] === 1 && !result.includes(axis); axis--) result.push(axis)
  }
  for (const axis of next) {
    const start = result.length
    ones(axis)
    result.push(...result.splice(start).reverse(), axis)
  }
  const start = result.length
  ones(to.length)
  result.push(...result.splice(start).reverse())
  return result
}

/** Elements moved from one order to another. */
export const reorder = <A extends Float32Array | Int32Array | Uint8Array>(
  data: A,
  shape: ReadonlyArray<number>,
  from: Order,
  to: Order
): A => {
  if (sameMemory(shape, from, to)) return data
  const strides = new Array<number>(shape.length)
  let stride = 1
  for (const axis of [...from].reverse()) {
    strides[axis] = stride
    stride *= shape[axis]
  }
  const lengths = physical(shape, to)
  const steps = to.map((axis) => strides[axis])
  const moved = data.slice() as A
  const last = lengths.length - 1
  const at = new Array<number>(lengths.length).fill(0)
  let source = 0
  for (let next = 0; next < moved.length; ) {
    for (let k = 0, place = source; k < lengths[last]; k++, place += steps[last]) moved[next++] = data[place]
    let axis = last - 1
    for (; axis >= 0; axis--) {
      source += steps[axis]
      if (++at[axis] < lengths[axis]) break
      source -= steps[axis] * lengths[axis]
      at[axis] = 0
    }
    if (axis < 0) break
  }
  return moved
}
