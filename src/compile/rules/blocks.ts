import { CompileError } from "../compileError.ts"
import type { Laid } from "../emitter.ts"
import { identity } from "../layout.ts"
import type { Rule, Rules } from "./rule.ts"
import { cut, onnxPads, type Paddings } from "./shapes.ts"

type Numbers = ReadonlyArray<number>

/** Blocks of space put into the batch, and back: reshapes and one move. */
const spaceToBatch: Rule = {
  attributes: ["blockShape", "paddings"],
  infer: ({ x }, { blockShape, paddings }) => {
    const block = blockShape as Numbers
    const space = block.map((b, i) => {
      const [before, after] = (paddings as ReadonlyArray<Numbers>)[i]
      return (x.shape[i + 1] + before + after) / b
    })
    const batch = block.reduce((size, b) => size * b, x.shape[0])
    return { shape: [batch, ...space, ...x.shape.slice(1 + block.length)], dtype: x.dtype }
  },
  lower: (emit, { x }, { blockShape, paddings }, [output]) => {
    const block = blockShape as Numbers
    const [batch] = x.shape
    const rest = x.shape.slice(1 + block.length)
    const all: Paddings = [
      [0, 0],
      ...(paddings as ReadonlyArray<readonly [number, number]>),
      ...rest.map(() => [0, 0] as const)
    ]
    const plain = identity(x.shape.length)
    const wide = emit.op("Pad", [emit.place(x, plain), emit.ints(onnxPads(all, plain)), emit.scalar(x.dtype, 0)])
    const space = block.flatMap((b, i) => [output.shape[i + 1], b])
    const split = emit.reshape(wide, [batch, ...space, ...rest])
    const axes = block.map((_, i) => 2 * i + 1)
    const tail = rest.map((_, i) => 2 * block.length + 1 + i)
    const perm = [...axes.map((axis) => axis + 1), 0, ...axes, ...tail]
    const name = emit.reshape(emit.op("Transpose", [split], { perm }), output.shape)
    return { ...output, name, order: identity(output.shape.length) }
  }
}

const batchToSpace: Rule = {
  attributes: ["blockShape", "crops"],
  infer: ({ x }, { blockShape, crops }) => {
    const block = blockShape as Numbers
    const space = block.map((b, i) => {
      const [before, after] = (crops as ReadonlyArray<Numbers>)[i]
      return x.shape[i + 1] * b - before - after
    })
    const batch = block.reduce((size, b) => size / b, x.shape[0])
    return { shape: [batch, ...space, ...x.shape.slice(1 + block.length)], dtype: x.dtype }
  },
  lower: (emit, { x }, { blockShape, crops }, [output]) => {
    const block = blockShape as Numbers
    const m = block.length
    const rest = x.shape.slice(1 + m)
    const split = emit.reshape(emit.place(x, identity(x.shape.length)), [
      ...block,
      output.shape[0],
      ...x.shape.slice(1, 1 + m),
      ...rest
    ])
    const perm = [m, ...block.flatMap((_, i) => [m + 1 + i, i]), ...rest.map((_, i) => 2 * m + 1 + i)]
    const whole = [output.shape[0], ...block.map((b, i) => b * x.shape[i + 1]), ...rest]
    const joined = emit.reshape(emit.op("Transpose", [split], { perm }), whole)
    const plain = identity(whole.length)
    const begin = [0, ...(crops as ReadonlyArray<Numbers>).map(([before]) => before), ...rest.map(() => 0)]
    const laid: Laid = { name: joined, shape: whole, dtype: x.dtype, order: plain }
    return { ...output, name: cut(emit, laid, begin, output.shape), order: plain }
  }
}

const depthToSpace: Rule = {
  attributes: ["blockSize", "dataFormat"],
  infer: ({ x }, { blockSize, dataFormat }) => {
    if (dataFormat !== "NHWC") {
      throw new CompileError({ op: "DepthToSpace", reason: `its layout is ${dataFormat}`, remedy: "use NHWC" })
    }
    const [n, h, w, c] = x.shape
    const block = blockSize as number
    return { shape: [n, h * block, w * block, c / block ** 2], dtype: x.dtype }
  },
  lower: (emit, { x }, { blockSize }, [output]) => {
    const block = blockSize as number
    const [n, h, w] = x.shape
    const split = emit.reshape(emit.place(x, identity(4)), [n, h, w, block, block, output.shape[3]])
    const name = emit.reshape(emit.op("Transpose", [split], { perm: [0, 1, 3, 2, 4, 5] }), output.shape)
    return { ...output, name, order: identity(4) }
  }
}

/** Kernels that trade space for batch or channels, block by block. */
export const blocks: Rules = {
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
  SpaceToBatchND: spaceToBatch
}
