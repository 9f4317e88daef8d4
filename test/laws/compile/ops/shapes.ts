import * as tf from "@tensorflow/tfjs-core"
import fc from "fast-check"
import { sizeOf } from "../../../../src/compile/graph.ts"
import type { Op } from "../../../support/compiled/trial.ts"
import {
  anyOrder,
  anyShape,
  anyType,
  axesOf,
  axisOf,
  from,
  map,
  number,
  type Ops,
  type Shape,
  shape,
  source,
  upTo
} from "./arbitraries.ts"

/** A shape of as many elements: some axes joined, some split, some of length 1 put in. */
const reshapedOf = (shape: Shape): fc.Arbitrary<Array<number>> => {
  const factors = shape.flatMap((n) => (n === 4 ? [2, 2] : [n]))
  const choices = fc.array(fc.constantFrom("join", "split", "one"), {
    minLength: factors.length,
    maxLength: factors.length
  })
  return choices
    .map((choices) => {
      const made: Array<number> = []
      for (const [i, n] of factors.entries()) {
        if (choices[i] === "join" && made.length > 0) made.push((made.pop() as number) * n)
        else made.push(...(choices[i] === "one" ? [1, n] : [n]))
      }
      return made
    })
    .filter((made) => made.length <= 6)
}

const reshape = anyShape()
  .chain((shape) => fc.tuple(fc.constant(shape), reshapedOf(shape), anyType))
  .map(
    ([shape, to, dtype]): Op => ({
      name: `reshape of ${dtype} [${shape}] to [${to}]`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.reshape(x, to)
    })
  )

/** Of a constant, and back. */
const reshapeOfConstant = anyShape(1)
  .chain((shape) => fc.tuple(fc.constant(shape), reshapedOf(shape), source))
  .map(
    ([shape, to, where]): Op => ({
      name: `reshape of ${where} [${shape}] to [${to}]`,
      inputs: [{ shape, dtype: "float32" }],
      f: (x) => tf.mul(x, tf.reshape(tf.reshape(from(x, where), to), [...shape]))
    })
  )

const expandDims = anyShape(0, 5)
  .chain((shape) => fc.tuple(fc.constant(shape), axisOf(shape.length + 1), anyType))
  .map(
    ([shape, axis, dtype]): Op => ({
      name: `expandDims of ${dtype} [${shape}] at ${axis}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.expandDims(x, axis)
    })
  )

const transpose = anyShape()
  .chain((shape) => fc.tuple(fc.constant(shape), anyOrder(shape.length), anyType, source))
  .map(
    ([shape, perm, dtype, where]): Op => ({
      name: `transpose of ${dtype} ${where} [${shape}] by ${perm}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.transpose(from(x, where), perm),
      by: dtype === "float32" && where === "input" ? [0] : []
    })
  )

const concat = anyShape(1)
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      axisOf(shape.length),
      anyType,
      fc.array(fc.tuple(upTo(3, 0), source), { minLength: 2, maxLength: 4 })
    )
  )
  .map(([shape, axis, dtype, parts]): Op => {
    const at = (axis + shape.length) % shape.length
    return {
      name: `concat of ${dtype} [${shape}] with ${parts.map(([n, where]) => `${n} of ${where}`)} along ${axis}`,
      inputs: parts.map(([length]) => ({ shape: shape.map((n, i) => (i === at ? length : n)), dtype })),
      f: (...xs) =>
        tf.concat(
          xs.map((x, i) => from(x, parts[i][1])),
          axis
        ),
      by: dtype === "float32" ? parts.flatMap(([, where], i) => (where === "input" ? [i] : [])) : []
    }
  })

const stack = anyShape(0, 5)
  .chain((shape) =>
    fc.tuple(fc.constant(shape), axisOf(shape.length + 1), anyType, fc.array(source, { minLength: 1, maxLength: 3 }))
  )
  .map(
    ([shape, axis, dtype, sources]): Op => ({
      name: `stack of ${dtype} ${sources} [${shape}] at ${axis}`,
      inputs: sources.map(() => ({ shape, dtype })),
      f: (...xs) =>
        tf.stack(
          xs.map((x, i) => from(x, sources[i])),
          axis
        ),
      by: dtype === "float32" ? sources.flatMap((where, i) => (where === "input" ? [i] : [])) : []
    })
  )

const unstack = shape(1)
  .chain((shape) => fc.tuple(fc.constant(shape), axisOf(shape.length), anyType))
  .map(
    ([shape, axis, dtype]): Op => ({
      name: `unstack of ${dtype} [${shape}] at ${axis}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.unstack(x, axis),
      // tfjs cannot differentiate a list of one.
      by: dtype === "float32" && (shape.at(axis) as number) > 1 ? [0] : []
    })
  )

const window = (shape: Shape): fc.Arbitrary<ReadonlyArray<readonly [begin: number, size: number]>> =>
  fc.tuple(
    ...shape.map((n) =>
      upTo(n - 1, 0).chain((begin) => fc.tuple(fc.constant(begin), fc.oneof(fc.constant(-1), upTo(n - begin))))
    )
  )

const slice = shape(1)
  .chain((shape) => fc.tuple(fc.constant(shape), window(shape), anyType))
  .map(([shape, parts, dtype]): Op => {
    const [begin, size] = [parts.map(([begin]) => begin), parts.map(([, size]) => size)]
    return {
      name: `slice of ${dtype} [${shape}] from ${begin} of ${size}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.slice(x, begin, size)
    }
  })

/** Forwards and backwards, with starts and ends left out, with axes lost, and with a new one put in. */
const stridedSlice = shape(1, 4)
  .chain((shape) => {
    const axis = (n: number) =>
      fc.oneof(
        fc.tuple(upTo(n - 1, 0), upTo(n), upTo(3)).map(([begin, more, step]) => [begin, begin + more, step]),
        fc.tuple(upTo(n - 1, 0), upTo(n), upTo(3)).map(([begin, less, step]) => [begin - n, begin - n - less, -step])
      )
    const flags = fc.array(fc.constantFrom("begin", "end", "shrink", ""), {
      minLength: shape.length,
      maxLength: shape.length
    })
    return fc.tuple(
      fc.constant(shape),
      fc.tuple(...shape.map(axis)),
      flags,
      upTo(shape.length, 0),
      fc.boolean(),
      anyType
    )
  })
  .map(([shape, axes, flags, at, widen, dtype]): Op => {
    const put = <A>(list: ReadonlyArray<A>, item: A) => (widen ? [...list.slice(0, at), item, ...list.slice(at)] : list)
    // tfjs's cpu engine loses an axis of plain slices alone.
    const plain = flags.includes("shrink")
    const told = put(
      axes.map(([begin, end, step]) => (plain ? [Math.max(begin, 0), Math.max(begin, 0) + 1, 1] : [begin, end, step])),
      [0, 1, 1]
    )
    const [begin, end, strides] = [0, 1, 2].map((i) => told.map((axis) => axis[i]))
    const kinds = put(flags, "new")
    const mask = (kind: string) => kinds.reduce((bits, each, i) => bits | (each === kind ? 1 << i : 0), 0)
    return {
      name: `stridedSlice of ${dtype} [${shape}] from ${begin} to ${end} by ${strides}, ${kinds}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.stridedSlice(x, begin, end, strides, mask("begin"), mask("end"), 0, mask("new"), mask("shrink")),
      by: []
    }
  })

const reverse = anyShape(1)
  .chain((shape) => fc.tuple(fc.constant(shape), axesOf(shape.length), anyType))
  .map(
    ([shape, axes, dtype]): Op => ({
      name: `reverse of ${dtype} [${shape}] along ${axes}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.reverse(x, axes)
    })
  )

const paddings = (rank: number, max = 2) =>
  fc.array(fc.tuple(upTo(max, 0), upTo(max, 0)), { minLength: rank, maxLength: rank })

const pad = anyShape(1, 4)
  .chain((shape) => fc.tuple(fc.constant(shape), paddings(shape.length), anyType, upTo(1, 0)))
  .map(
    ([shape, pads, dtype, value]): Op => ({
      name: `pad of ${dtype} [${shape}] by ${pads.join(" ")} with ${value}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.pad(x, pads, value)
    })
  )

const mirrorPad = shape(1, 4)
  .chain((shape) =>
    fc.tuple(fc.constant(shape), fc.tuple(...shape.map((n) => fc.tuple(upTo(n - 1, 0), upTo(n - 1, 0)))), number)
  )
  .map(
    ([shape, pads, dtype]): Op => ({
      name: `mirrorPad of ${dtype} [${shape}] by ${pads.join(" ")}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.mirrorPad(x, pads, "reflect"),
      // tfjs's own gradient is that of zeros round the border.
      by: []
    })
  )

const split = shape(1)
  .chain((shape) =>
    axisOf(shape.length).chain((axis) => {
      const n = shape.at(axis) as number
      const even = fc.constantFrom(...[1, 2, 3, 4, 5].filter((parts) => n % parts === 0))
      const uneven = upTo(n).map((first) => (first === n ? [n] : [first, -1]))
      return fc.tuple(fc.constant({ shape, axis }), fc.oneof(even, uneven), anyType)
    })
  )
  .map(
    ([{ shape, axis }, parts, dtype]): Op => ({
      name: `split of ${dtype} [${shape}] into ${parts} along ${axis}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.split(x, parts, axis),
      by: dtype === "float32" && parts !== 1 && !(Array.isArray(parts) && parts.length === 1) ? [0] : []
    })
  )

const repeats = anyShape(1, 4)
  .chain((shape) =>
    fc.tuple(
      fc.constant(shape),
      fc.array(upTo(3), { minLength: shape.length, maxLength: shape.length }),
      anyType,
      source
    )
  )
  .map(
    ([shape, reps, dtype, where]): Op => ({
      name: `tile of ${dtype} ${where} [${shape}] by ${reps}`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.tile(from(x, where), reps),
      by: dtype === "float32" && where === "input" ? [0] : []
    })
  )

const broadcastTo = anyShape(0, 4)
  .chain((whole) =>
    fc.tuple(fc.constant(whole), upTo(whole.length, 0), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }), anyType)
  )
  .map(([whole, gone, ones, dtype]): Op => {
    const shape = whole.map((n, i) => (ones[i] ? 1 : n)).slice(gone)
    return {
      name: `broadcastTo of ${dtype} [${shape}] to [${whole}]`,
      inputs: [{ shape, dtype }],
      f: (x) => tf.broadcastTo(x, [...whole])
    }
  })

/** Constants that are made within a function, next to an input. */
const constants = fc.tuple(upTo(5), upTo(3)).map(
  ([n, step]): Op => ({
    name: `range, linspace and fill of ${n} by ${step}`,
    inputs: [{ shape: [n], dtype: "float32" }],
    f: (x) => [
      tf.add(x, tf.range(0, n * step, step)),
      tf.range(n, 0, -1, "int32"),
      tf.linspace(-1, 1, n),
      tf.mul(x, tf.fill([n], 2.5)),
      tf.fill([2, n], 3, "int32")
    ]
  })
)

const block = fc.tuple(upTo(3), upTo(3))

const spaceToBatch = fc
  .tuple(map(5, 3), block, fc.tuple(upTo(2, 0), upTo(2, 0)), number)
  .map(([[n, h, w, c], blocks, before, dtype]): Op => {
    const pads = blocks.map((b, i) => [before[i], (b - (([h, w][i] + before[i]) % b)) % b])
    return {
      name: `spaceToBatchND of ${dtype} [${[n, h, w, c]}] by ${blocks} with ${pads.join(" ")}`,
      inputs: [{ shape: [n, h, w, c], dtype }],
      f: (x) => tf.spaceToBatchND(x, blocks, pads)
    }
  })

const batchToSpace = fc
  .tuple(map(4, 3), block)
  .chain(([map, blocks]) =>
    fc.tuple(
      fc.constant(map),
      fc.constant(blocks),
      fc.tuple(
        ...blocks.map((b, i) =>
          fc.tuple(upTo(Math.floor((map[i + 1] * b - 1) / 2), 0), upTo(Math.floor((map[i + 1] * b - 1) / 2), 0))
        )
      )
    )
  )
  .map(
    ([[n, h, w, c], blocks, crops]): Op => ({
      name: `batchToSpaceND of [${[n * sizeOf(blocks), h, w, c]}] by ${blocks} less ${crops.join(" ")}`,
      inputs: [{ shape: [n * sizeOf(blocks), h, w, c], dtype: "float32" }],
      f: (x) => tf.batchToSpaceND(x, blocks, crops as Array<Array<number>>)
    })
  )

const depthToSpace = fc.tuple(map(4, 3), upTo(3, 2)).map(
  ([[n, h, w, c], size]): Op => ({
    name: `depthToSpace of [${[n, h, w, c * size ** 2]}] by ${size}`,
    inputs: [{ shape: [n, h, w, c * size ** 2], dtype: "float32" }],
    f: (x) => tf.depthToSpace(x as tf.Tensor4D, size),
    by: []
  })
)

const flip = map(5, 3).map(
  (shape): Op => ({
    name: `flipLeftRight of [${shape}]`,
    inputs: [{ shape, dtype: "float32" }],
    f: (x) => tf.image.flipLeftRight(x as tf.Tensor4D),
    by: []
  })
)

export const shapes: Ops = [
  batchToSpace,
  broadcastTo,
  concat,
  constants,
  depthToSpace,
  expandDims,
  flip,
  mirrorPad,
  pad,
  repeats,
  reshape,
  reshapeOfConstant,
  reverse,
  slice,
  spaceToBatch,
  split,
  stack,
  stridedSlice,
  transpose,
  unstack
]
