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
  const axes = stridesOf(shape, from, to)
  const moved = new (data.constructor as new (length: number) => A)(data.length)
  const columns = axes[axes.length - 1]
  // Rows lie side by side before, columns after: with these two loops innermost, few lines of memory are in use at a time.
  const rows = axes.reduce((nearest, axis) => (axis.source < nearest.source ? axis : nearest))
  const outer = axes.filter((axis) => axis !== rows && axis !== columns)
  const count = rows === columns ? 1 : rows.length
  const move = (depth: number, source: number, target: number): void => {
    if (depth < outer.length) {
      const axis = outer[depth]
      for (let i = 0; i < axis.length; i++) move(depth + 1, source + i * axis.source, target + i * axis.target)
      return
    }
    for (let row = 0; row < count; row++) {
      let [place, next] = [source + row * rows.source, target + row * rows.target]
      for (let column = 0; column < columns.length; column++, place += columns.source) moved[next++] = data[place]
    }
  }
  move(0, 0, 0)
  return moved
}

/** How far apart the elements of an axis lie. */
interface Stride {
  readonly length: number
  readonly source: number
  readonly target: number
}

/** The axes of a result, outermost first; those that stay side by side are one. */
const stridesOf = (shape: ReadonlyArray<number>, from: Order, to: Order): ReadonlyArray<Stride> => {
  const strides = (order: Order) => {
    const found = new Array<number>(shape.length)
    let stride = 1
    for (const axis of [...order].reverse()) {
      found[axis] = stride
      stride *= shape[axis]
    }
    return found
  }
  const [sources, targets] = [strides(from), strides(to)]
  const axes: Array<Stride> = []
  for (const axis of to) {
    const [length, source, target] = [shape[axis], sources[axis], targets[axis]]
    if (length === 1) continue
    const before = axes.at(-1)
    if (before?.source !== length * source) axes.push({ length, source, target })
    else axes[axes.length - 1] = { length: before.length * length, source, target }
  }
  return axes
}
