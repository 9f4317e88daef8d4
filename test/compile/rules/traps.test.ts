import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import {
  add,
  all,
  any,
  atan2,
  avgPool,
  clipByValue,
  concat,
  conv2d,
  einsum,
  floorDiv,
  gatherND,
  grad,
  image,
  matMul,
  max,
  maxPool,
  min,
  mod,
  mul,
  ones,
  pad,
  relu,
  reshape,
  reverse,
  scalar,
  slice,
  split,
  stack,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tensor1d,
  tensor4d,
  transpose,
  zeros
} from "@tensorflow/tfjs-core"
import { describe, expect, it } from "vitest"
import { exportGraph } from "../../../src/compile/exportGraph.ts"
import { NCHW, type Order } from "../../../src/compile/layout.ts"
import { lower } from "../../../src/compile/lower.ts"
import { encodeOnnx } from "../../../src/compile/onnx/encode.ts"
import { traceGraph } from "../../../src/compile/traceGraph.ts"
import { batchNorm } from "../../../src/modules/batchNorm.ts"
import { dropoutKey } from "../../../src/modules/dropout.ts"
import { collectStatistics } from "../../../src/modules/mode.ts"
import { key, normal } from "../../../src/random/index.ts"
import { testCompiler } from "../../support/compiled/testCompiler.ts"
import { runOnnx } from "../../support/runOnnx.ts"

const { compile } = testCompiler()

const numbers = async (x: Tensor) => [...(await x.data())]

const noise = (seed: number, ...shape: Array<number>) =>
  tensor(
    normal(
      key(seed),
      shape.reduce((a, b) => a * b, 1)
    ),
    shape
  )

describe("ONNX Runtime writes a batch's statistics over what it is given", () => {
  type Inputs = { x: Tensor4D; scale: Tensor1D; offset: Tensor1D; mean: Tensor1D; variance: Tensor1D }

  it("which is nothing of ours: inputs stay, two layers of one parameter agree, and so does a second run", async () => {
    const layers = ({ x, ...p }: Inputs) => {
      const statistics = collectStatistics()
      const mode = { training: true, key: dropoutKey(key(1)), statistics } as const
      const [first, second] = [batchNorm(p, x, mode), batchNorm(p, x, mode)]
      return { first, second, difference: sub(first, second), ...p }
    }
    const inputs: Inputs = {
      x: noise(1, 2, 4, 4, 3) as Tensor4D,
      scale: tensor1d([1, 2, 0.5]),
      offset: tensor1d([0, 1, -1]),
      mean: tensor1d([0.1, 0.2, 0.3]),
      variance: tensor1d([1, 2, 3])
    }
    const compiled = compile(layers)
    const expected = layers(inputs)
    const [once, twice] = [compiled(inputs), compiled(inputs)]
    for (const found of [once, twice]) {
      expect(await found.first.data()).toBeAllclose(expected.first.dataSync(), { relative: 1e-5 })
      expect(await found.difference.data()).toBeAllclose(new Float32Array(96), { absolute: 1e-6 })
      for (const name of ["scale", "offset", "mean", "variance"] as const) {
        expect(await numbers(found[name]), name).toEqual(await numbers(inputs[name]))
      }
    }
  })
})

describe("ONNX Runtime ends the program", () => {
  it("where a processor divides by the whole number 0, or the least one by -1, so that it is not asked to", async () => {
    const whole = (...values: Array<number>) => tensor1d(values, "int32")
    const least = -(2 ** 31)
    const both = ({ a, b }: { a: Tensor; b: Tensor }) => [floorDiv(a, b), mod(a, b)]
    const [quotients, rests] = compile(both)({
      a: whole(7, -7, 7, -7, 5, 5, least, least, least, 1),
      b: whole(2, 2, -2, -2, 0, -1, -1, 0, 3, least)
    })
    expect(await numbers(quotients)).toEqual([3, -4, -4, 3, 0, -5, least, 0, -715827883, -1])
    expect(await numbers(rests)).toEqual([1, 1, -1, -1, 0, 0, 0, 0, 1, least + 1])
  })

  it("where it optimises a move, a cast and a product in a row, so that the cast is written first", () => {
    const resize = (x: Tensor) => image.resizeBilinear(x as Tensor4D, [4, 3])
    const graph = traceGraph(resize, [{ shape: [3, 1, 3, 3], dtype: "int32" }])
    const { model } = lower(graph, { given: new Map([[graph.inputs[0], [2, 0, 3, 1]]]) })
    expect(model.nodes.map(({ op }) => op).slice(0, 3)).toEqual(["Cast", "Transpose", "MatMul"])
  })

  it("or refuses to run where it puts a move off until after a resize, so that this is a product", () => {
    const resize = (x: Tensor) => image.resizeBilinear(x as Tensor4D, [4, 3], true)
    const graph = traceGraph(resize, [{ shape: [3, 2, 3, 3], dtype: "float32" }])
    const opsAt = (order: Order) =>
      lower(graph, { given: new Map([[graph.inputs[0], order]]) }).model.nodes.map(({ op }) => op)
    expect(opsAt(NCHW)).toEqual(["Resize"])
    expect(opsAt([2, 0, 3, 1])).not.toContain("Resize")
  })
})

describe("ONNX Runtime makes a border part of the pooling that sees it", () => {
  const paddings = (top: number, left: number): Array<[number, number]> => [
    [0, 0],
    [top, 0],
    [left, 0],
    [0, 0]
  ]
  const filter = ones([1, 1, 1, 1]) as Tensor4D
  /** With a filter that is known, so that the graph is optimised. */
  const bordered = (x: Tensor, top: number, left: number) =>
    pad(conv2d(x as Tensor4D, filter, 1, "same"), paddings(top, left)) as Tensor4D
  const x = tensor4d([-1, -2, -3, -4], [1, 2, 2, 1])

  it.each([
    ["maximum", (y: Tensor4D) => maxPool(y, 2, 1, "valid")],
    ["mean", (y: Tensor4D) => avgPool(y, 2, 1, "valid")],
    ["maximum of what lies otherwise", (y: Tensor4D) => maxPool(transpose(y, [0, 2, 1, 3]), 2, 1, "valid")]
  ] as const)("which counts as 0 in a %s, also where a window sees nothing else", async (_, pool) => {
    for (const [top, left] of [
      [1, 1],
      [1, 2],
      [3, 0]
    ]) {
      const f = (y: Tensor4D) => pool(bordered(y, top, left)) as Tensor
      expect(await compile(f)(x).data()).toBeAllclose(f(x).dataSync(), { absolute: 1e-6 })
      const file = exportGraph(f, { inputs: [{ name: "x", shape: [1, 2, 2, 1] }], outputs: [{ name: "y" }] })
      const { y } = await runOnnx(encodeOnnx(file), { x: { dims: x.shape, data: x.dataSync() as Float32Array } })
      expect(y.data).toBeAllclose(f(x).dataSync(), { absolute: 1e-6 })
    }
  })

  it("also where only the gradient looks for the maximum", async () => {
    const slope = (y: Tensor4D) => grad((z: Tensor) => sum(maxPool(bordered(z, 1, 1), 2, 1, "valid")))(y)
    expect(await numbers(compile(slope)(x))).toEqual([...slope(x).dataSync()])
  })
})

describe("what tfjs's engines check is checked while tracing", () => {
  const [two, three] = [ones([2, 3]), ones([3, 2])]
  it.each([
    ["a part beyond the end", () => slice(two, [0, 2], [2, 2]), "would overflow"],
    ["tensors of other shapes stacked", () => stack([two, three]), "shapes must match"],
    ["tensors of other shapes joined", () => concat([two, zeros([0, 7])], 0), "does not match the shape"],
    ["parts that do not add up", () => split(two, [1, 1], 1)[0], "must match"],
    [
      "inner lengths that differ",
      () => matMul(two as Tensor2D, ones([2, 3])),
      "it sums over 3 of [2,3] and 2 of [2,3]"
    ],
    ["positions of too many parts", () => gatherND(two, ones([1, 3], "int32")), "parts, for [2,3]"],
    ["one letter for two lengths", () => einsum("i,i->i", ones([3]), ones([1])), "shape"]
  ] as const)("%s", (_, f, message) => {
    expect(() => compile((x: Tensor) => add(x, sum(f())))(scalar(1))).toThrow(message)
  })

  it("a gradient of nothing is 0", async () => {
    const [x, w] = [noise(5, 2, 2, 5, 1) as Tensor4D, noise(6, 3, 3, 1, 4) as Tensor4D]
    const slopes = ({ x, w }: { x: Tensor4D; w: Tensor4D }) => [
      grad((y: Tensor) => sum(avgPool(y as Tensor4D, 3, 1, "valid")))(x),
      grad((y: Tensor) => sum(maxPool(y as Tensor4D, 3, 2, "valid")))(x),
      grad((y: Tensor) => sum(conv2d(y as Tensor4D, w, 2, "valid")))(x),
      grad((v: Tensor) => sum(conv2d(x, v as Tensor4D, 2, "valid")))(w)
    ]
    for (const slope of compile(slopes)({ x, w })) {
      const found = await slope.data()
      expect(found).toEqual(new Float32Array(found.length))
    }
  })

  it("and what they take is taken: a reversal of all axes, a product of nothing", async () => {
    expect(await numbers(compile((x: Tensor) => reverse(x))(tensor([1, 2, 3, 4], [2, 2])))).toEqual([4, 3, 2, 1])
    const empty = compile((x: Tensor) => matMul(x, zeros([4, 0, 3])))
    expect(await numbers(empty(zeros([4, 2, 0])))).toEqual(new Array(24).fill(0))
  })
})

describe("where tfjs's own engines err", () => {
  it("a mean at the border is of what is there, and so is its gradient", async () => {
    const slope = (x: Tensor4D) => grad((y: Tensor) => sum(avgPool(y as Tensor4D, 3, 1, "same")))(x)
    const found = await numbers(compile(slope)(tensor4d(new Float32Array(9), [1, 3, 3, 1])))
    // The corner is in four windows, of 4, 6, 6 and 9 positions.
    expect(found[0]).toBeCloseTo(1 / 4 + 1 / 6 + 1 / 6 + 1 / 9, 6)
    expect(found.reduce((total, value) => total + value)).toBeCloseTo(9, 5)
  })

  it("a gradient knows how the size was rounded", async () => {
    const [x, w] = [noise(3, 1, 8, 8, 2) as Tensor4D, noise(4, 3, 3, 2, 3) as Tensor4D]
    const wide: Array<[number, number]> = [
      [0, 0],
      [0, 1],
      [0, 1],
      [0, 0]
    ]
    const rounded = (a: Tensor, b: Tensor) => conv2d(a as Tensor4D, b as Tensor4D, 2, 0, "NHWC", 1, "ceil")
    const padded = (a: Tensor, b: Tensor) => conv2d(pad(a, wide) as Tensor4D, b as Tensor4D, 2, "valid")
    const slopes =
      (f: typeof rounded) =>
      ({ x, w }: { x: Tensor4D; w: Tensor4D }) => {
        const loss = (a: Tensor, b: Tensor) => sum(mul(f(a, b), f(a, b)))
        return [grad((a: Tensor) => loss(a, w))(x), grad((b: Tensor) => loss(x, b))(w)]
      }
    const found = compile(slopes(rounded))({ x, w })
    for (const [i, expected] of slopes(padded)({ x, w }).entries()) {
      expect(await found[i].data()).toBeAllclose(expected.dataSync(), { relative: 1e-5 })
    }
  })
})

describe("what is special stays where it is", () => {
  it("one infinite pixel does not spread over its row", async () => {
    const x = tensor4d([1, Number.POSITIVE_INFINITY, 2, 3], [1, 2, 2, 1])
    const resize = (y: Tensor4D) => image.resizeNearestNeighbor(y, [3, 3], true)
    expect(await numbers(compile(resize)(x))).toEqual([...resize(x).dataSync()])
  })

  it("the maximum of negative numbers beside padding is negative, and its error goes to it", async () => {
    const both = (x: Tensor4D) => {
      const pooled = (y: Tensor) => maxPool(y as Tensor4D, 3, 2, "same")
      return [pooled(x), grad((y: Tensor) => sum(pooled(y)))(x)]
    }
    const x = tensor4d([-4, -3, -2, -5], [1, 2, 2, 1])
    const [pooled, slope] = compile(both)(x)
    expect([await numbers(pooled), await numbers(slope)]).toEqual([[-2], [0, 0, 1, 0]])
  })

  it("a ReLU passes nothing back at 0", async () => {
    const slope = (x: Tensor) => grad((y: Tensor) => sum(relu(y)))(x)
    expect(await numbers(compile(slope)(tensor1d([-1, 0, 1])))).toEqual([0, 0, 1])
  })

  it("a bound that no whole number reaches is none", async () => {
    const both = (x: Tensor) => [
      clipByValue(x, 0, Number.POSITIVE_INFINITY),
      clipByValue(x, Number.NEGATIVE_INFINITY, 1)
    ]
    const [above, below] = compile(both)(tensor1d([-5, 1, 5], "int32"))
    expect([await numbers(above), await numbers(below)]).toEqual([
      [0, 1, 5],
      [-5, 1, 1]
    ])
  })

  it("an angle is told by the signs of zeros and of infinite sides", async () => {
    const sides = [Number.POSITIVE_INFINITY, 1, 0, -0, -1, Number.NEGATIVE_INFINITY, Number.NaN]
    const points = {
      y: tensor1d(sides.flatMap((y) => sides.map(() => y))),
      x: tensor1d(sides.flatMap(() => sides))
    }
    const angles = ({ y, x }: { y: Tensor; x: Tensor }) => atan2(y, x)
    expect(await numbers(compile(angles)(points))).toBeAllclose(angles(points).dataSync())
  })

  it("the largest and the smallest with NaN among them are NaN, wherever that is; infinite ones are themselves", async () => {
    const infinity = Number.POSITIVE_INFINITY
    const both = (x: Tensor) => [max(x, 1), min(x, 1)]
    const x = tensor([1, Number.NaN, 3, Number.NaN, 1, 2, infinity, -infinity, 0, 3e38, 3e38, -3e38], [4, 3])
    const [largest, smallest] = compile(both)(x)
    expect(await numbers(largest)).toEqual([Number.NaN, Number.NaN, infinity, Math.fround(3e38)])
    expect(await numbers(smallest)).toEqual([Number.NaN, Number.NaN, -infinity, Math.fround(-3e38)])
  })

  it("nothing at all has nothing that is true in it, and nothing that is false", async () => {
    const found = compile((x: Tensor) => [any(x), all(x), any(x, 1)])(tensor([], [2, 0], "bool"))
    expect(await Promise.all(found.map(numbers))).toEqual([[0], [1], [0, 0]])
  })

  it("what is no number is above nothing, and not below it", async () => {
    const found = await numbers(compile((x: Tensor) => step(x, 0.25))(tensor1d([-1, 0, Number.NaN, 1e-30])))
    expect(found).toEqual([0.25, 0.25, Number.NaN, 1])
  })

  it("nothing at all has a shape", async () => {
    const empty = (x: Tensor) => [reshape(x, [3, 0]), mul(x, 2)]
    const found = compile(empty)(tensor([], [0, 3]))
    expect(found.map(({ shape }) => shape)).toEqual([
      [3, 0],
      [0, 3]
    ])
    expect(await numbers(found[0])).toEqual([])
    expect(
      await numbers(compile((x: Tensor) => matMul(x as never, tensor([1, 2, 3], [3, 1])))(tensor([], [0, 3])))
    ).toEqual([])
  })
})
