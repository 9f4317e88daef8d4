import { backend_util, slice_util, util } from "@tensorflow/tfjs-core"
import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { type DType, sizeOf, type TensorType } from "../graph.ts"
import { identity, type Order, physical, reshapedOrder } from "../layout.ts"
import { orderOf } from "./elementwise.ts"
import { axesOf, axisOf, type LoweredRule, type Rule, type Rules } from "./rule.ts"

/** Memory that stays where the new shape lets it, and is moved to plain order where not. */
const reshaped = (emit: Emitter, x: Laid, shape: ReadonlyArray<number>): Pick<Laid, "name" | "order"> => {
  const kept = reshapedOrder(x.shape, x.order, shape)
  const from = kept === undefined ? identity(x.shape.length) : x.order
  const order = kept ?? identity(shape.length)
  const name = emit.place(x, from)
  const dims = physical(shape, order)
  return { name: dims.join() === physical(x.shape, from).join() ? name : emit.reshape(name, dims), order }
}

const reshape: LoweredRule = {
  attributes: ["shape"],
  infer: ({ x }, { shape }) => ({
    shape: util.inferFromImplicitShape([...(shape as ReadonlyArray<number>)], sizeOf(x.shape)),
    dtype: x.dtype
  }),
  lower: (emit, { x }, _, [output]) =>
    x.constant === undefined
      ? { ...output, ...reshaped(emit, x, output.shape) }
      : { ...output, name: "", constant: x.constant, order: identity(output.shape.length) }
}

const expandDims: Rule = {
  attributes: ["dim"],
  infer: ({ input }, { dim }) => {
    const at = axisOf(dim, input.shape.length + 1)
    return { shape: [...input.shape.slice(0, at), 1, ...input.shape.slice(at)], dtype: input.dtype }
  },
  lower: (emit, { input }, attributes, outputs) => reshape.lower(emit, { x: input }, attributes, outputs)
}

/** Nothing moves: axes only get other numbers. */
const transpose: Rule = {
  attributes: ["perm"],
  infer: ({ x }, { perm }) => ({ shape: (perm as ReadonlyArray<number>).map((axis) => x.shape[axis]), dtype: x.dtype }),
  lower: (emit, { x }, { perm }, [output]) => {
    const order = x.order.map((axis) => (perm as ReadonlyArray<number>).indexOf(axis))
    return { ...output, name: emit.place(x, x.order), order }
  }
}

const concat: Rule = {
  attributes: ["axis"],
  aligned: true,
  infer: (inputs, { axis }) => {
    const [first, ...rest] = Object.values(inputs)
    const other = rest.find(({ dtype }) => dtype !== first.dtype)
    if (other !== undefined) {
      throw new CompileError({ op: "Concat", reason: `it joins ${first.dtype} to ${other.dtype}`, remedy: "cast one" })
    }
    const along = axisOf(axis, first.shape.length)
    backend_util.assertParamsConsistent(
      Object.values(inputs).map(({ shape }) => [...shape]),
      along
    )
    const length = rest.reduce((sum, { shape }) => sum + shape[along], first.shape[along])
    return { shape: first.shape.map((n, i) => (i === along ? length : n)), dtype: first.dtype }
  },
  lower: (emit, inputs, { axis }, [output]) => {
    const parts = Object.values(inputs).filter(({ shape }) => sizeOf(shape) > 0)
    const along = axisOf(axis, output.shape.length)
    const order = orderOf(parts, output.shape.length)
    const names = parts.map((part) => emit.place(part, order))
    return { ...output, name: emit.op("Concat", names, { axis: order.indexOf(along) }), order }
  }
}

const pack: Rule = {
  attributes: ["axis"],
  infer: (inputs, { axis }) => {
    const parts = Object.values(inputs)
    const [{ shape, dtype }] = parts
    for (const part of parts) util.assertShapesMatch([...shape], [...part.shape], "stack: shapes must match.")
    const at = axisOf(axis, shape.length + 1)
    return { shape: [...shape.slice(0, at), parts.length, ...shape.slice(at)], dtype }
  },
  lower: (emit, inputs, { axis }, [output]) => {
    const rank = output.shape.length
    const at = axisOf(axis, rank)
    const wide = output.shape.map((n, i) => (i === at ? 1 : n))
    const names = Object.values(inputs).map((part) => emit.reshape(emit.place(part, identity(rank - 1)), wide))
    return { ...output, name: emit.op("Concat", names, { axis: at }), order: identity(rank) }
  }
}

export const cut = (emit: Emitter, x: Laid, begin: ReadonlyArray<number>, size: ReadonlyArray<number>) => {
  const axes = x.order.flatMap((axis, position) => (size[axis] === x.shape[axis] ? [] : [{ axis, position }]))
  const name = emit.place(x, x.order)
  if (axes.length === 0) return name
  const starts = axes.map(({ axis }) => begin[axis])
  const ends = axes.map(({ axis }) => begin[axis] + size[axis])
  return emit.op("Slice", [name, emit.ints(starts), emit.ints(ends), emit.ints(axes.map(({ position }) => position))])
}

const slice: Rule = {
  attributes: ["begin", "size"],
  aligned: true,
  infer: ({ x }, { begin, size }) => ({ shape: sliceOf(x.shape, begin, size).sizes, dtype: x.dtype }),
  lower: (emit, { x }, { begin, size }, [output]) => {
    const { begins, sizes } = sliceOf(x.shape, begin, size)
    return { ...output, name: cut(emit, x, begins, sizes), order: x.order }
  }
}

const sliceOf = (shape: ReadonlyArray<number>, begin: unknown, size: unknown) => {
  const whole = { shape: [...shape] } as never
  const [begins, sizes] = slice_util.parseSliceParams(whole, begin as never, size as never)
  slice_util.assertParamsValid(whole, begins, sizes)
  return { begins, sizes }
}

const stridedSlice: Rule = {
  attributes: ["begin", "end", "strides", "beginMask", "endMask", "ellipsisMask", "newAxisMask", "shrinkAxisMask"],
  infer: ({ x }, attributes) => ({ shape: stridesOf(x.shape, attributes).finalShape, dtype: x.dtype }),
  lower: (emit, { x }, attributes, [output]) => {
    const { begin, end, strides } = stridesOf(x.shape, attributes)
    const plain = identity(x.shape.length)
    // ONNX counts from the end below zero; what ends before the first element must say so by a number far below.
    const ends = end.map((stop, i) => (strides[i] < 0 && stop < 0 ? -(2 ** 31) : stop))
    const name = emit.op("Slice", [
      emit.place(x, plain),
      ...[begin, ends, plain, strides].map((values) => emit.ints(values))
    ])
    const same = attributes.shrinkAxisMask === 0 && attributes.newAxisMask === 0
    return { ...output, name: same ? name : emit.reshape(name, output.shape), order: identity(output.shape.length) }
  }
}

const stridesOf = (shape: ReadonlyArray<number>, attributes: Readonly<Record<string, unknown>>) => {
  const { begin, end, strides } = attributes as Record<string, Array<number>>
  const { beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes as Record<string, number>
  return slice_util.sliceInfo(
    [...shape],
    begin,
    end,
    strides,
    beginMask,
    endMask,
    ellipsisMask,
    newAxisMask,
    shrinkAxisMask
  )
}

const reverse: LoweredRule = {
  attributes: ["dims"],
  aligned: true,
  infer: ({ x }) => x,
  lower: (emit, { x }, { dims }, [output]) => {
    const axes = axesOf(dims, x.shape.length)
    const all = (value: number) => emit.ints(axes.map(() => value))
    const positions = emit.ints(axes.map((axis) => x.order.indexOf(axis)))
    const name = emit.place(x, x.order)
    const turned = axes.length === 0 ? name : emit.op("Slice", [name, all(-1), all(-(2 ** 31)), positions, all(-1)])
    return { ...output, name: turned, order: x.order }
  }
}

const flipLeftRight: Rule = {
  infer: ({ image }) => image,
  lower: (emit, { image }, _, outputs) => reverse.lower(emit, { x: image }, { dims: [2] }, outputs)
}

export type Paddings = ReadonlyArray<readonly [before: number, after: number]>

const padded = (shape: ReadonlyArray<number>, paddings: Paddings) =>
  shape.map((n, axis) => n + paddings[axis][0] + paddings[axis][1])

/** Paddings as ONNX takes them, for a tensor in an order. */
export const onnxPads = (paddings: Paddings, order: Order): ReadonlyArray<number> => [
  ...order.map((axis) => paddings[axis][0]),
  ...order.map((axis) => paddings[axis][1])
]

const pad: Rule = {
  attributes: ["paddings", "constantValue"],
  aligned: true,
  infer: ({ x }, { paddings }) => ({ shape: padded(x.shape, paddings as Paddings), dtype: x.dtype }),
  lower: (emit, { x }, { paddings, constantValue = 0 }, [output]) => {
    const inputs = [
      emit.place(x, x.order),
      emit.ints(onnxPads(paddings as Paddings, x.order)),
      emit.scalar(x.dtype, Number(constantValue))
    ]
    return { ...output, name: emit.op("Pad", inputs), order: x.order }
  }
}

const mirrorPad: Rule = {
  attributes: ["paddings", "mode"],
  aligned: true,
  infer: ({ x }, { paddings, mode }) => {
    if (mode === "reflect") return { shape: padded(x.shape, paddings as Paddings), dtype: x.dtype }
    throw new CompileError({ op: "MirrorPad", reason: `its mode is ${mode}`, remedy: "use reflect" })
  },
  lower: (emit, { x }, { paddings }, [output]) => {
    const inputs = [emit.place(x, x.order), emit.ints(onnxPads(paddings as Paddings, x.order))]
    return { ...output, name: emit.op("Pad", inputs, { mode: "reflect" }), order: x.order }
  }
}

const splitV: Rule = {
  attributes: ["numOrSizeSplits", "axis"],
  aligned: true,
  infer: ({ x }, { numOrSizeSplits, axis }) => {
    const along = axisOf(axis, x.shape.length)
    return sizesOf(x, numOrSizeSplits, along).map((size) => ({
      shape: x.shape.map((n, i) => (i === along ? size : n)),
      dtype: x.dtype
    }))
  },
  lower: (emit, { x }, { numOrSizeSplits, axis }, outputs) => {
    const along = axisOf(axis, x.shape.length)
    const sizes = sizesOf(x, numOrSizeSplits, along)
    const told = { axis: x.order.indexOf(along) }
    const names = emit.ops("Split", [emit.place(x, x.order), emit.ints(sizes)], sizes.length, told)
    return outputs.map((output, i) => ({ ...output, name: names[i], order: x.order }))
  }
}

const sizesOf = ({ shape }: TensorType, splits: unknown, axis: number): ReadonlyArray<number> =>
  backend_util.prepareSplitSize({ shape: [...shape] } as never, splits as number | Array<number>, axis)

const unpack: Rule = {
  attributes: ["axis"],
  infer: ({ value }, { axis }) => {
    const along = axisOf(axis, value.shape.length)
    const type = { shape: value.shape.filter((_, i) => i !== along), dtype: value.dtype }
    return Array.from({ length: value.shape[along] }, () => type)
  },
  lower: (emit, { value }, { axis }, outputs) => {
    const along = axisOf(axis, value.shape.length)
    const plain = identity(value.shape.length)
    const name = emit.place(value, plain)
    const ones = outputs.map(() => 1)
    const parts = emit.ops("Split", [name, emit.ints(ones)], outputs.length, { axis: along })
    return outputs.map((output, i) => ({
      ...output,
      name: emit.reshape(parts[i], output.shape),
      order: identity(output.shape.length)
    }))
  }
}

const tile: Rule = {
  attributes: ["reps"],
  aligned: true,
  infer: ({ x }, { reps }) => ({
    shape: x.shape.map((n, axis) => n * (reps as ReadonlyArray<number>)[axis]),
    dtype: x.dtype
  }),
  lower: (emit, { x }, { reps }, [output]) => {
    const repeats = emit.ints(x.order.map((axis) => (reps as ReadonlyArray<number>)[axis]))
    return { ...output, name: emit.op("Tile", [emit.place(x, x.order), repeats]), order: x.order }
  }
}

const fill: Rule = {
  attributes: ["shape", "value", "dtype"],
  infer: (_, { shape, dtype }) => ({ shape: shape as ReadonlyArray<number>, dtype: (dtype ?? "float32") as DType }),
  constant: (_, { value }) => ({ splat: Number(value) })
}

const range: Rule = {
  attributes: ["start", "stop", "step", "dtype"],
  infer: (_, attributes) => ({ shape: [rangeOf(attributes).length], dtype: (attributes.dtype ?? "float32") as DType }),
  constant: (_, attributes) => {
    const values = rangeOf(attributes)
    return attributes.dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values)
  }
}

const rangeOf = ({ start, stop, step }: Readonly<Record<string, unknown>>): ReadonlyArray<number> => {
  const [from, to, by] = [start, stop, step].map(Number)
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / by)) }, (_, i) => from + i * by)
}

const linSpace: Rule = {
  attributes: ["start", "stop", "num"],
  infer: (_, { num }) => ({ shape: [Number(num)], dtype: "float32" }),
  constant: (_, attributes) => {
    const [start, stop, num] = [attributes.start, attributes.stop, attributes.num].map(Number)
    return Float32Array.from({ length: num }, (_, i) => start + (i * (stop - start)) / Math.max(1, num - 1))
  }
}

/** Kernels that change where elements are, not what they are. */
export const shapes: Rules = {
  Concat: concat,
  ExpandDims: expandDims,
  Fill: fill,
  FlipLeftRight: flipLeftRight,
  LinSpace: linSpace,
  MirrorPad: mirrorPad,
  Pack: pack,
  PadV2: pad,
  Range: range,
  Reshape: reshape,
  Reverse: reverse,
  Slice: slice,
  SplitV: splitV,
  StridedSlice: stridedSlice,
  Tile: tile,
  Transpose: transpose,
  Unpack: unpack
}
