import {
  add,
  avgPool,
  batchToSpaceND,
  clipByValue,
  concat,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  div,
  elu,
  erf,
  exp,
  gather,
  getBackend,
  grads,
  image,
  log,
  matMul,
  max,
  maximum,
  maxPool,
  mean,
  memory,
  min,
  mul,
  pad,
  pow,
  relu,
  reshape,
  rsqrt,
  sigmoid,
  slice,
  softmax,
  softplus,
  spaceToBatchND,
  split,
  sqrt,
  square,
  squeeze,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  type TensorContainer,
  tanh,
  tensor,
  tensor1d,
  tidy,
  tile,
  transpose,
  unstack,
  where
} from "@tensorflow/tfjs-core"
import { fold, key, normal } from "../../src/random/index.ts"

/** An op with the shapes that it is tried at. */
interface Case {
  readonly name: string
  readonly shapes: ReadonlyArray<ReadonlyArray<number>>
  readonly f: (...inputs: ReadonlyArray<Tensor>) => Tensor
  /** Maps the normally distributed inputs to where the op is smooth and defined. */
  readonly domain?: (x: number) => number
  /** tfjs's own cpu engine errs here: only numeric differences judge the gradient. */
  readonly cpuGradientErrs?: boolean
}

const asMap = (x: Tensor) => x as Tensor4D
const positive = (x: number) => Math.abs(x) + 0.5
const negative = (x: number) => -Math.abs(x) - 0.1

const convolutions: ReadonlyArray<Case> = [
  { kernel: 1, stride: 1, padding: 0, size: [5, 6], channels: [3, 4] },
  { kernel: 1, stride: 2, padding: 0, size: [8, 7], channels: [3, 4] },
  { kernel: 3, stride: 1, padding: 1, size: [7, 9], channels: [3, 5] },
  { kernel: 3, stride: 1, padding: 0, size: [6, 5], channels: [70, 3] },
  { kernel: 3, stride: 2, padding: 1, size: [8, 7], channels: [4, 6] },
  { kernel: 3, stride: 2, padding: 1, size: [9, 9], channels: [2, 3] },
  { kernel: 7, stride: 1, padding: 3, size: [12, 10], channels: [1, 4] },
  { kernel: 7, stride: 2, padding: 3, size: [13, 12], channels: [3, 8] },
  { kernel: 2, stride: 2, padding: 0, size: [8, 6], channels: [3, 3] },
  { kernel: 4, stride: 2, padding: 1, size: [8, 10], channels: [3, 3] },
  // So large that wasm works on its filter's gradient band by band.
  { kernel: 3, stride: 1, padding: 1, size: [120, 120], channels: [1, 15] },
  { kernel: 3, stride: 2, padding: 1, size: [241, 240], channels: [1, 15] }
].map(({ kernel, stride, padding, size: [height, width], channels: [from, to] }) => ({
  name: `conv2d ${kernel}x${kernel} stride ${stride} padding ${padding} on ${height}x${width}, ${from} to ${to}`,
  shapes: [
    [2, height, width, from],
    [kernel, kernel, from, to]
  ],
  f: (x, w) => conv2d(asMap(x), asMap(w), stride, padding, "NHWC", 1, "floor")
}))

const pools: ReadonlyArray<Case> = [
  { name: "maxPool 2x2", shapes: [[2, 8, 6, 3]], f: (x) => maxPool(asMap(x), 2, 2, 0, "floor") },
  { name: "maxPool 2x2 of an odd size", shapes: [[2, 7, 9, 3]], f: (x) => maxPool(asMap(x), 2, 2, 0, "floor") },
  {
    name: "maxPool where every value is negative",
    shapes: [[2, 8, 6, 3]],
    domain: negative,
    f: (x) => maxPool(asMap(x), 2, 2, 0, "floor")
  },
  { name: "maxPool 3x3 stride 2 padding 1", shapes: [[2, 8, 9, 3]], f: (x) => maxPool(asMap(x), 3, 2, 1, "floor") },
  { name: "avgPool 2x2", shapes: [[2, 8, 6, 3]], f: (x) => avgPool(asMap(x), 2, 2, 0, "floor") }
]

const resizes: ReadonlyArray<Case> = [
  {
    name: "resizeBilinear, align corners, up",
    shapes: [[2, 4, 5, 3]],
    f: (x) => image.resizeBilinear(asMap(x), [8, 11], true),
    cpuGradientErrs: true
  },
  {
    name: "resizeBilinear, align corners, down",
    shapes: [[2, 9, 8, 3]],
    f: (x) => image.resizeBilinear(asMap(x), [4, 4], true),
    cpuGradientErrs: true
  },
  {
    name: "resizeNearestNeighbor twice the size",
    shapes: [[2, 3, 4, 2]],
    f: (x) => image.resizeNearestNeighbor(asMap(x), [6, 8]),
    cpuGradientErrs: true
  }
]

const products: ReadonlyArray<Case> = [
  {
    name: "matMul",
    shapes: [
      [40, 30],
      [30, 50]
    ],
    f: (a, b) => matMul(a, b)
  },
  {
    name: "matMul in batches",
    shapes: [
      [5, 40, 30],
      [5, 30, 50]
    ],
    f: (a, b) => matMul(a, b)
  },
  {
    name: "matMul in small batches",
    shapes: [
      [9, 4, 5],
      [9, 5, 6]
    ],
    f: (a, b) => matMul(a, b)
  },
  {
    name: "matMul, both transposed",
    shapes: [
      [3, 30, 40],
      [3, 50, 30]
    ],
    f: (a, b) => matMul(a, b, true, true)
  },
  {
    name: "matMul, right transposed",
    shapes: [
      [2, 3, 20, 30],
      [2, 3, 25, 30]
    ],
    f: (a, b) => matMul(a, b, false, true)
  }
]

const arrangements: ReadonlyArray<Case> = [
  {
    name: "concat on the last axis",
    shapes: [
      [2, 3, 4, 5],
      [2, 3, 4, 2]
    ],
    f: (a, b) => concat([a, b], -1)
  },
  {
    name: "concat on a middle axis",
    shapes: [
      [2, 3, 4],
      [2, 5, 4]
    ],
    f: (a, b) => concat([a, b], 1)
  },
  { name: "split on the last axis", shapes: [[2, 3, 6]], f: (x) => mul(...(split(x, 2, -1) as [Tensor, Tensor])) },
  { name: "split unevenly", shapes: [[7, 3]], f: (x) => sum(split(x, [2, 5], 0)[1], 0) },
  { name: "slice", shapes: [[2, 5, 6, 3]], f: (x) => slice(x, [0, 1, 2, 0], [2, 3, 3, 3]) },
  { name: "slice of whole rows", shapes: [[4, 5, 3]], f: (x) => slice(x, [1, 2, 0], [2, 2, 3]) },
  { name: "slice of one axis", shapes: [[9]], f: (x) => slice(x, 2, 5) },
  {
    name: "pad",
    shapes: [[2, 3, 4, 2]],
    f: (x) =>
      pad(x, [
        [0, 0],
        [1, 2],
        [0, 3],
        [0, 0]
      ])
  },
  { name: "transpose", shapes: [[2, 3, 4, 5]], f: (x) => transpose(x, [0, 3, 1, 2]) },
  { name: "reshape", shapes: [[2, 3, 4]], f: (x) => reshape(x, [6, 4]) },
  {
    name: "stack and unstack",
    shapes: [
      [3, 4],
      [3, 4]
    ],
    f: (a, b) => unstack(stack([a, b, a], 1), 0)[1]
  },
  { name: "tile", shapes: [[2, 1, 3]], f: (x) => tile(x, [1, 4, 2]) },
  { name: "gather with a repeated index", shapes: [[2, 4, 3]], f: (x) => gather(x, tensor1d([0, 2, 2], "int32"), 1) },
  { name: "squeeze", shapes: [[2, 1, 3]], f: (x) => squeeze(x, [1]) },
  {
    name: "dilated convolution through spaceToBatchND",
    shapes: [
      [2, 6, 8, 3],
      [3, 3, 3, 4]
    ],
    f: (x, w) => {
      const blocks = spaceToBatchND(
        x,
        [2, 2],
        [
          [2, 2],
          [2, 2]
        ]
      )
      return batchToSpaceND(
        conv2d(asMap(blocks), asMap(w), 1, "valid"),
        [2, 2],
        [
          [0, 0],
          [0, 0]
        ]
      )
    }
  }
]

const elementwise: ReadonlyArray<Case> = [
  { name: "add, broadcast", shapes: [[2, 3, 4, 5], [5]], f: (a, b) => add(a, b) },
  {
    name: "sub, broadcast",
    shapes: [
      [2, 3, 4, 1],
      [2, 1, 1, 5]
    ],
    f: (a, b) => sub(a, b)
  },
  {
    name: "mul, broadcast",
    shapes: [
      [2, 3, 4, 5],
      [2, 1, 1, 5]
    ],
    f: (a, b) => mul(a, b)
  },
  { name: "div", shapes: [[3, 4], [4]], domain: positive, f: (a, b) => div(a, b) },
  {
    name: "maximum",
    shapes: [
      [3, 4],
      [3, 4]
    ],
    f: (a, b) => maximum(a, b)
  },
  { name: "relu", shapes: [[3, 40]], f: (x) => relu(x) },
  { name: "elu", shapes: [[3, 40]], f: (x) => elu(x) },
  { name: "sigmoid", shapes: [[3, 40]], f: (x) => sigmoid(x) },
  { name: "tanh", shapes: [[3, 40]], f: (x) => tanh(x) },
  { name: "erf", shapes: [[3, 40]], f: (x) => erf(x) },
  { name: "exp", shapes: [[3, 40]], f: (x) => exp(x) },
  { name: "log", shapes: [[3, 40]], domain: positive, f: (x) => log(x) },
  { name: "softplus", shapes: [[3, 40]], f: (x) => softplus(x) },
  { name: "sqrt", shapes: [[3, 40]], domain: positive, f: (x) => sqrt(x) },
  { name: "rsqrt", shapes: [[3, 40]], domain: positive, f: (x) => rsqrt(x) },
  { name: "square", shapes: [[3, 40]], f: (x) => square(x) },
  { name: "pow", shapes: [[3, 40]], domain: positive, f: (x) => pow(x, 1.7) },
  { name: "clipByValue", shapes: [[3, 40]], f: (x) => clipByValue(x, -0.7, 0.8) },
  {
    name: "where",
    shapes: [
      [3, 4],
      [3, 4]
    ],
    f: (a, b) => where(tensor([1, 0, 1, 1], [1, 4], "bool"), a, b)
  },
  { name: "softmax", shapes: [[2, 7, 9]], f: (x) => softmax(x, -1) }
]

const reductions: ReadonlyArray<Case> = [
  { name: "sum of the leading axes", shapes: [[2, 5, 6, 3]], f: (x) => sum(x, [0, 1, 2]) },
  { name: "sum of the leading axes, kept", shapes: [[2, 5, 6, 3]], f: (x) => sum(x, [1, 0], true) },
  { name: "sum of long columns", shapes: [[3, 40, 41, 2]], f: (x) => sum(x, [0, 1, 2]) },
  { name: "sum of wide columns", shapes: [[3, 2100]], f: (x) => sum(x, 0) },
  { name: "mean of the leading axes", shapes: [[2, 5, 6, 3]], f: (x) => mean(x, [0, 1, 2]) },
  { name: "mean of middle axes, kept", shapes: [[2, 5, 6, 3]], f: (x) => mean(x, [1, 2], true) },
  { name: "max", shapes: [[2, 5, 6]], f: (x) => max(x, 1) },
  { name: "min", shapes: [[2, 5, 6]], f: (x) => min(x, -1) }
]

const otherConvolutions: ReadonlyArray<Case> = [
  {
    name: "conv2dTranspose 2x2 stride 2",
    shapes: [
      [2, 4, 5, 6],
      [2, 2, 3, 6]
    ],
    f: (x, w) => conv2dTranspose(asMap(x), asMap(w), [2, 8, 10, 3], 2, 0)
  },
  {
    name: "conv2dTranspose 3x3 stride 2, same",
    shapes: [
      [2, 4, 5, 6],
      [3, 3, 3, 6]
    ],
    f: (x, w) => conv2dTranspose(asMap(x), asMap(w), [2, 8, 10, 3], 2, "same")
  },
  {
    name: "depthwiseConv2d stride 2, two a channel",
    shapes: [
      [2, 7, 8, 3],
      [3, 3, 3, 2]
    ],
    f: (x, w) => depthwiseConv2d(asMap(x), asMap(w), 2, "same")
  }
]

export const cases: ReadonlyArray<Case> = [
  ...convolutions,
  ...otherConvolutions,
  ...pools,
  ...resizes,
  ...products,
  ...arrangements,
  ...elementwise,
  ...reductions
]

/** What an engine computed for one case. */
export interface Outcome {
  readonly name: string
  readonly value: ReadonlyArray<number>
  readonly gradients: ReadonlyArray<ReadonlyArray<number>>
  /** The derivative along a random direction, by the gradient and by a central difference. */
  readonly derivative: readonly [byGradient: number, byDifference: number]
  /** Tensors alive afterwards that were not before. */
  readonly leaked: number
}

const STEP = 1e-3

/** Runs a tensor function on an engine and frees what it does not return. */
export type Run = <A extends TensorContainer>(f: () => A) => A

/**
 * Runs one case: value, gradient of a random weighting of it, and the directional derivative. On tfjs's current engine, where
 * nothing else is said.
 */
export const compute = async (
  { name, shapes, f, domain = (x) => x, cpuGradientErrs = false }: Case,
  run: Run = tidy
): Promise<Outcome> => {
  const before = memory().numTensors
  const draw = (purpose: string, shape: ReadonlyArray<number>) =>
    normal(
      fold(key(1), name, purpose),
      shape.reduce((size, n) => size * n, 1)
    )
  const inputs = shapes.map((shape, i) => tensor(draw(`input ${i}`, shape).map(domain), [...shape]))
  const made = run(() => {
    const directions = shapes.map((shape, i) => tensor(draw(`direction ${i}`, shape), [...shape]))
    const y = f(...inputs)
    const weights = tensor(draw("weights", y.shape), y.shape)
    const loss = (...xs: ReadonlyArray<Tensor>) => sum(mul(f(...xs), weights))
    const along = (distance: number) => loss(...inputs.map((x, i) => add(x, mul(directions[i], distance))))
    const gradients = cpuGradientErrs && getBackend() === "cpu" ? [] : grads(loss)(inputs)
    return {
      y,
      gradients,
      byGradient: gradients.map((gradient, i) => sum(mul(gradient, directions[i]))),
      byDifference: div(sub(along(STEP), along(-STEP)), 2 * STEP)
    }
  })
  const read = async (x: Tensor) => [...(await x.data())]
  const slopes = await Promise.all(made.byGradient.map(read))
  const outcome = {
    name,
    value: await read(made.y),
    gradients: await Promise.all(made.gradients.map(read)),
    derivative: [slopes.flat().reduce((total, slope) => total + slope, 0), (await read(made.byDifference))[0]] as const
  }
  for (const x of [...inputs, made.y, ...made.gradients, ...made.byGradient, made.byDifference]) x.dispose()
  return { ...outcome, leaked: memory().numTensors - before }
}

/** Runs every case, one after another. */
export const computeAll = async (run: Run = tidy): Promise<ReadonlyArray<Outcome>> => {
  const outcomes: Array<Outcome> = []
  for (const one of cases) outcomes.push(await compute(one, run))
  return outcomes
}
