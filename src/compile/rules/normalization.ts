import { CompileError } from "../compileError.ts"
import type { Emitter, Laid } from "../emitter.ts"
import { type Attributes, sizeOf, type TensorType } from "../graph.ts"
import { NCHW, physical } from "../layout.ts"
import { FLOAT, type Rule, type Rules } from "./rule.ts"

/** Maps are normalised where ONNX has their channels; whatever has no height and width is seen as one that has. */
const asMap = (emit: Emitter, x: Laid): string => emit.place(x, NCHW)

const per = (channels: TensorType) => channels

const vector = (emit: Emitter, x: Laid) => emit.place(x, [0])

const normalize = (emit: Emitter, x: string, [scale, offset, mean, variance]: ReadonlyArray<string>, epsilon: number) =>
  emit.op("BatchNormalization", [x, scale, offset, mean, variance], { epsilon: { float: epsilon } })

/** With given statistics: (x - mean) / sqrt(variance + epsilon) scale + offset. */
const given = (op: string, key: "epsilon" | "varianceEpsilon"): Rule => ({
  attributes: [key],
  types: FLOAT,
  wants: { x: NCHW, "": NCHW },
  infer: ({ x, ...statistics }) => {
    const channels = `${x.shape[3]}`
    const other = Object.entries(statistics).find(([, { shape }]) => shape.join() !== channels)
    if (other === undefined) return x
    const [name, { shape }] = other
    const remedy = `give a number for each channel, [${channels}], or compose it of other ops`
    throw new CompileError({ op, reason: `its ${name} is [${shape}]`, remedy })
  },
  lower: (emit, { x, scale, offset, mean, variance }, attributes, [output]) => {
    const channels = x.shape[3]
    const known = [scale, offset, mean, variance].map((each, i) =>
      each === undefined
        ? emit.tensor("float32", [channels], new Float32Array(channels).fill(i === 0 ? 1 : 0))
        : vector(emit, each)
    )
    return { ...output, name: normalize(emit, asMap(emit, x), known, Number(attributes[key])), order: NCHW }
  }
})

/** With the batch's own statistics, which are results too: y, mean, variance (biased). */
const training: Rule = {
  attributes: ["epsilon"],
  wants: { x: NCHW, "": NCHW },
  infer: ({ x, scale }) => [x, per(scale), per(scale)],
  lower: (emit, { x, scale, offset }, attributes, [y, mean, variance]) => {
    const [gain, shift] = [vector(emit, scale), vector(emit, offset)]
    // ONNX Runtime writes the new statistics over the old ones that it is given. With a momentum of 0 nothing of these is left.
    const scratch = emit.scratch([x.shape[3], x.shape[3]])
    const names = emit.ops("BatchNormalization", [asMap(emit, x), gain, shift, ...scratch], 3, {
      epsilon: epsilonOf(attributes),
      momentum: { float: 0 },
      training_mode: 1
    })
    return [
      { ...y, name: names[0], order: NCHW },
      { ...mean, name: names[1], order: [0] },
      { ...variance, name: names[2], order: [0] }
    ]
  }
}

const epsilonOf = ({ epsilon }: Attributes) => ({ float: Number(epsilon) })

/**
 * dx = scale / sd (dy - sum(dy) / n - xHat sum(dy xHat) / n), with xHat = (x - mean) / sd, which is one factor for dy, one
 * for x and one number for each channel. dScale = sum(dy xHat), dOffset = sum(dy).
 */
const trainingGrad: Rule = {
  attributes: ["epsilon"],
  wants: { dy: NCHW, x: NCHW, "": NCHW },
  infer: ({ x, scale }) => [x, per(scale), per(scale)],
  lower: (emit, { dy, x, scale, mean, variance }, attributes, [dx, dScale, dOffset]) => {
    const [errors, values] = [asMap(emit, dy), asMap(emit, x)]
    const [batch, channels, height, width] = physical(x.shape, NCHW)
    const sums = emit.op("ReduceSum", [errors, emit.ints([0, 2, 3])], { keepdims: 0 })
    // As products of one row with another, of which ONNX Runtime makes dot products: 20 times as fast as row by column.
    const [rows, others] = [errors, values].map((name) => emit.reshape(name, [batch, channels, 1, height * width]))
    const products = emit.matMul(rows, others, { transposeB: true, ranks: [4, 4] })
    const dots = emit.op("ReduceSum", [products, emit.ints([0, 2, 3])], { keepdims: 0 })
    const [center, spread] = [vector(emit, mean), vector(emit, variance)]
    const times = (a: string, b: string) => emit.op("Mul", [a, b])
    const epsilon = Number(attributes.epsilon)
    const shifted = emit.op("Add", [spread, emit.tensor("float32", [1], Float32Array.of(epsilon))])
    const inverse = emit.op("Pow", [shifted, emit.scalar("float32", -0.5)])
    const toScale = times(emit.op("Sub", [dots, times(center, sums)]), inverse)
    const gain = vector(emit, scale)
    const share = times(times(gain, inverse), emit.scalar("float32", -1 / sizeOf([batch, height, width])))
    // Both are normalisations by the same variance, dy by a mean of 0: one pass over memory each.
    const none = emit.tensor("float32", [channels], new Float32Array(channels))
    const name = emit.op("Add", [
      normalize(emit, errors, [gain, times(share, sums), none, spread], epsilon),
      normalize(emit, values, [times(share, toScale), none, center, spread], epsilon)
    ])
    return [
      { ...dx, name, order: NCHW },
      { ...dScale, name: toScale, order: [0] },
      { ...dOffset, name: sums, order: [0] }
    ]
  }
}

/** Batch normalisation, in both modes and backwards. */
export const normalization: Rules = {
  BatchNorm: given("BatchNorm", "epsilon"),
  BatchNormTraining: training,
  BatchNormTrainingGrad: trainingGrad,
  FusedBatchNorm: given("FusedBatchNorm", "varianceEpsilon")
}
