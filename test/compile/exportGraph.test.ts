import "@tensorflow/tfjs-backend-cpu"
import {
  add,
  avgPool,
  broadcastTo,
  concat,
  conv2d,
  div,
  gather,
  getBackend,
  matMul,
  maxPool,
  mean,
  mul,
  ones,
  range,
  relu,
  reshape,
  reverse,
  setBackend,
  slice,
  softmax,
  split,
  square,
  squeeze,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  tensor,
  tidy,
  tile,
  transpose,
  unstack,
  zeros
} from "@tensorflow/tfjs-core"
import { beforeAll, describe, expect, it } from "vitest"
import { tensorsAlive } from "../../src/backend/backend.ts"
import { CompileError } from "../../src/compile/compileError.ts"
import { exportGraph } from "../../src/compile/exportGraph.ts"
import { NCHW } from "../../src/compile/layout.ts"
import { encodeOnnx } from "../../src/compile/onnx/encode.ts"
import { key, normal } from "../../src/random/index.ts"
import { runOnnx } from "../support/runOnnx.ts"

beforeAll(async () => {
  await setBackend("cpu")
})

const numbers = (seed: number, ...shape: ReadonlyArray<number>): Tensor =>
  tensor(
    normal(
      key(seed),
      shape.reduce((a, b) => a * b, 1)
    ),
    [...shape]
  )

const SHAPE = [4, 6, 3] as const

const exported = (f: (x: Tensor4D) => Tensor) =>
  exportGraph(f, { inputs: [{ name: "x", shape: ["batch", ...SHAPE] }], outputs: [{ name: "y" }] })

/** One file must give what the function gives, for one image and for many. */
const holds = async (f: (x: Tensor4D) => Tensor) => {
  const model = exported(f)
  for (const batch of [1, 2, 5, 8]) {
    const x = numbers(batch, batch, ...SHAPE) as Tensor4D
    const expected = tidy(() => f(x))
    const { y } = await runOnnx(encodeOnnx(model), { x: { dims: x.shape, data: x.dataSync() as Float32Array } })
    expect(y.dims).toEqual(expected.shape)
    expect(y.data).toBeAllclose(expected.dataSync(), { relative: 1e-5 })
  }
  return model
}

describe("a file takes any number of images", () => {
  const column = numbers(1, 3, 5)
  const functions: Readonly<Record<string, (x: Tensor4D) => Tensor>> = {
    "one by one": (x) => relu(add(x, 0.5)),
    "in layers": (x) => maxPool(conv2d(x, numbers(2, 3, 3, 3, 8) as Tensor4D, 1, "same"), 2, 2, 0),
    flattened: (x) => matMul(reshape(x, [-1, 3]) as Tensor2D, column as Tensor2D),
    "flattened and put together again": (x) =>
      reshape(softmax(reshape(x, [x.shape[0] * 4, 18])), [x.shape[0], 4, 6, 3]),
    "as patches": (x) => {
      const rows = transpose(reshape(x, [x.shape[0], 2, 2, 3, 2, 3]), [0, 1, 3, 2, 4, 5])
      const patches: Tensor = reshape(rows, [x.shape[0] * 6, 4, 3])
      return reshape(matMul(patches, patches, false, true), [x.shape[0], 6, 4, 4])
    },
    "with their lengths at several places": (x) => tile(reshape(x, [1, x.shape[0], 72]), [2, 1, 1]),
    "behind other axes": (x) => transpose(x, [3, 1, 0, 2]),
    cut: (x) => slice(x, [0, 1, 2, 0], [x.shape[0], 2, 3, 3]),
    "cut in two": (x) => concat(split(x, 2, 1).reverse(), 2),
    "unstacked and stacked": (x) => stack(unstack(x, 3).reverse(), 1),
    "with ones": (x) => concat([x, ones([x.shape[0], 4, 6, 1])], 3),
    "with zeros as many as they are": (x) => add(zeros([x.shape[0], 1, 1, 3]), x),
    "with as many zeros twice": (x) => {
      const wide = () => concat([mean(x, [1, 2], true), zeros([x.shape[0], 1, 1, 8])], 3)
      return add(relu(wide()), square(wide()))
    },
    "with one number more for each": (x) => concat([sum(x, [1, 2, 3], true), ones([x.shape[0], 1, 1, 1])], 3),
    summarised: (x) => mul(mean(x, [1, 2], true), x),
    spread: (x) => broadcastTo(mean(x, [1], true), [x.shape[0], 7, 6, 3]),
    "with one map spread over all": (x) => mul(x, broadcastTo(numbers(3, 1, 4, 6, 3), [x.shape[0], 4, 6, 3])),
    "with one map repeated for all": (x) => concat([x, tile(numbers(3, 1, 4, 6, 3), [x.shape[0], 1, 1, 1])], 3),
    "repeated three times": (x) => tile(x, [1, 1, 3, 1]),
    gathered: (x) => gather(x, [2, 0, 0], 3),
    "all of them summed": (x) => sum(x, [0]),
    "with one before them": (x) => concat([ones([1, 4, 6, 3]), x], 0),
    twice: (x) => concat([x, x], 0),
    "but for the first": (x) => slice(concat([x, x], 0), [1, 0, 0, 0], [2 * x.shape[0] - 1, 4, 6, 3]),
    pooled: (x) => avgPool(x, [4, 6], 1, "valid"),
    "the other way round": (x) => reverse(x, [0, 2])
  }
  it.each(Object.entries(functions))("%s", async (_, f) => {
    const alive = tensorsAlive()
    exported(f)
    expect(tensorsAlive()).toBe(alive)
    expect(getBackend()).toBe("cpu")
    await holds(f)
  })

  it("and has no operator that nobody uses", () => {
    const convolved = (x: Tensor4D) => conv2d(x, numbers(2, 3, 3, 3, 8) as Tensor4D, 1, "same")
    const model = exportGraph((x: Tensor4D) => [convolved(x), sum(square(convolved(x))), mean(x)], {
      inputs: [{ name: "x", shape: [1, ...SHAPE] }],
      outputs: ["a", "b", "c"].map((name) => ({ name }))
    })
    const used = new Set([...model.nodes.flatMap(({ inputs }) => inputs), ...model.outputs.map(({ name }) => name)])
    for (const { outputs } of model.nodes) expect(outputs.some((name) => used.has(name))).toBe(true)
  })

  it("and says how many results that makes", () => {
    expect(exported(functions["but for the first"]).outputs).toMatchObject([{ dims: ["2*batch-1", 4, 6, 3] }])
    expect(exported(functions["behind other axes"]).outputs).toMatchObject([{ dims: [3, 4, "batch", 6] }])
    expect(exported(functions["all of them summed"]).outputs).toMatchObject([{ dims: [4, 6, 3] }])
  })

  it("without asking for their number where a reshape finds it out", () => {
    const { nodes } = exported(functions["flattened and put together again"])
    expect(nodes.map(({ op }) => op)).toEqual(["Reshape", "Softmax", "Reshape"])
  })
})

describe("a function is refused that", () => {
  const refusal = (f: (x: Tensor4D) => Tensor) => {
    try {
      exported(f)
    } catch (error) {
      expect(error).toBeInstanceOf(CompileError)
      return (error as CompileError).message
    }
    throw new Error("it was exported")
  }

  it("divides by the number of images", () => {
    expect(refusal((x) => div(x, x.shape[0]))).toMatch(/RealDiv|Div: .*depends on the batch size; let the function/)
  })

  it("numbers its images", () => {
    expect(refusal((x) => mul(x, reshape(range(0, x.shape[0]), [x.shape[0], 1, 1, 1])))).toMatch(
      /depends on the batch size/
    )
  })

  it("has a step for each image", () => {
    expect(refusal((x) => concat(unstack(x, 0), 0))).toMatch(/other steps|depends on the batch size/)
    expect(refusal((x) => Array.from({ length: x.shape[0] }).reduce((y: Tensor) => relu(y), x))).toMatch(/other steps/)
  })

  it("gives pairs of images", () => {
    const pairs = (x: Tensor4D) =>
      matMul(reshape(x, [-1, 72]) as Tensor2D, reshape(x, [-1, 72]) as Tensor2D, false, true)
    expect(refusal((x) => reshape(pairs(x), [x.shape[0] ** 2]))).toMatch(/9, 25, 49, 144 for batches of 3, 5, 7, 12/)
  })

  it("drops the axis of a single image", () => {
    const first = (x: Tensor4D) => squeeze(slice(x, [0, 0, 0, 0], [-1, 1, 1, 1]))
    const refused = /Reshape: it makes \[\] of a batch of one, and \[3\] of a larger one; name the axes in squeeze/
    expect(refusal(first)).toMatch(refused)
    expect(refusal((x) => add(x, reshape(first(x), [x.shape[0], 1, 1, 1])))).toMatch(refused)
  })

  it("does something else with one image", () => {
    const single = (x: Tensor4D) => x.shape[0] === 1
    expect(refusal((x) => (single(x) ? mul(x, 2) : x))).toMatch(/other steps for another batch size/)
    expect(refusal((x) => (single(x) ? mul(x, 2) : add(x, 2)))).toMatch(/Multiply: .*other steps/)
    expect(refusal((x) => mul(x, single(x) ? 2 : 3))).toMatch(/Multiply: what it is given depends on the batch size/)
    expect(refusal((x) => sum(x, [single(x) ? 1 : 2]))).toMatch(/Sum: one of its lengths is/)
    expect(refusal((x) => sub(x, single(x) ? x : relu(x)))).toMatch(/other steps/)
    const [a, b] = [numbers(1, 3), numbers(2, 3)]
    expect(refusal((x) => add(x, single(x) ? a : b))).toMatch(/Add: what it is given depends on the batch size/)
  })

  it("does something else with an even number of images", () => {
    expect(refusal((x) => (x.shape[0] % 2 ? sub(x, 1) : add(x, 1)))).toMatch(/other steps/)
    expect(refusal((x) => (x.shape[0] % 4 ? x : relu(x)))).toMatch(/other steps/)
  })

  it("has a result of one step for each image", () => {
    expect(refusal((x) => split(x, x.shape[0], 0)[0])).toMatch(/Split: .*other steps/)
  })

  it("gives another number of tensors than are named", () => {
    expect(() =>
      exportGraph((x: Tensor) => [x, x], { inputs: [{ name: "x", shape: [2] }], outputs: [{ name: "y" }] })
    ).toThrow(/gives 2 tensors, and 1 are named/)
  })

  it("takes more tensors than are described", () => {
    expect(() =>
      exportGraph((a: Tensor, b: Tensor) => add(a, b), {
        inputs: [{ name: "a", shape: [2] }],
        outputs: [{ name: "y" }]
      })
    ).toThrow(/it takes 2 tensors, and inputs has 1; describe each/)
  })
})

describe("a file is refused that", () => {
  const shape = [2, 3] as const

  it.each([
    ["its input and output", ["x", "y"], ["x"]],
    ["two inputs", ["x", "x"], ["y"]],
    ["two outputs", ["x", "z"], ["y", "y"]]
  ])("has one name for %s", (_, inputs, outputs) => {
    const named = { inputs: inputs.map((name) => ({ name, shape })), outputs: outputs.map((name) => ({ name })) }
    expect(() => exportGraph((...tensors: Tensor[]) => outputs.map((_, i) => relu(tensors[i])), named)).toThrow(
      /"[xy]" names two of its inputs and outputs; name each of them apart/
    )
  })

  it.each([[[0, 3, 1, 2]], [[0]], [[0, 0]], [[1, 2]]])("lies in the order %j of two axes", (order) => {
    const refused = /the order \[[\d, ]+\] of "[xy]" is none of its axes; name each of 2 axes once, from 0/
    const [x, y] = [{ name: "x", shape }, { name: "y" }]
    for (const batch of [2, "batch"] as const) {
      const named = { inputs: [{ ...x, shape: [batch, 3], order }], outputs: [y] }
      expect(() => exportGraph(relu<Tensor>, named)).toThrow(refused)
    }
    expect(() => exportGraph(relu<Tensor>, { inputs: [x], outputs: [{ ...y, order }] })).toThrow(refused)
  })
})

describe("exportGraph", () => {
  it("names and orders inputs and outputs as asked, and leaves its own names to them", async () => {
    const model = exportGraph(
      (a: Tensor4D, b: Tensor) => [conv2d(a, numbers(1, 1, 1, 2, 3) as Tensor4D, 1, 0), add(b, a)],
      {
        inputs: [
          { name: "c0", shape: ["batch", 2, 3, 2], order: NCHW },
          { name: "x0", shape: [2] }
        ],
        outputs: [{ name: "n0", order: NCHW }, { name: "c1" }],
        metadata: { note: "µ" }
      }
    )
    expect(model.inputs.map(({ name, dims }) => [name, dims])).toEqual([
      ["c0", ["batch", 2, 2, 3]],
      ["x0", [2]]
    ])
    expect(model.outputs.map(({ name, dims }) => [name, dims])).toEqual([
      ["n0", ["batch", 3, 2, 3]],
      ["c1", ["batch", 2, 3, 2]]
    ])
    expect(model.opsets).toEqual({ "": 17 })
    expect(model.metadata).toEqual({ note: "µ" })
    const [a, b] = [numbers(2, 4, 2, 3, 2) as Tensor4D, numbers(3, 2)]
    const found = await runOnnx(encodeOnnx(model), {
      c0: { dims: [4, 2, 2, 3], data: transpose(a, [0, 3, 1, 2]).dataSync() as Float32Array },
      x0: { dims: [2], data: b.dataSync() as Float32Array }
    })
    const convolved = conv2d(a, numbers(1, 1, 1, 2, 3) as Tensor4D, 1, 0)
    expect(found.n0.data).toBeAllclose(transpose(convolved, [0, 3, 1, 2]).dataSync(), { relative: 1e-5 })
    expect(found.c1.data).toBeAllclose(add(b, a).dataSync(), { relative: 1e-6 })
  })

  it("takes two inputs of one number of images", async () => {
    const model = exportGraph((a: Tensor2D, b: Tensor2D) => concat([tile(a, [1, 2]), reshape(b, [a.shape[0], 2])], 1), {
      inputs: [
        { name: "a", shape: ["batch", 2] },
        { name: "b", shape: [2, "batch"] }
      ],
      outputs: [{ name: "y" }]
    })
    const [a, b] = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(7, 8, 9, 10, 11, 12)]
    const { y } = await runOnnx(encodeOnnx(model), { a: { dims: [3, 2], data: a }, b: { dims: [2, 3], data: b } })
    expect([...y.data]).toEqual([1, 2, 1, 2, 7, 8, 3, 4, 3, 4, 9, 10, 5, 6, 5, 6, 11, 12])
  })

  it("keeps a fixed number of images, of which a function may make what it likes", async () => {
    const model = exportGraph((x: Tensor2D) => div(x, x.shape[0]), {
      inputs: [{ name: "x", shape: [2, 2] }],
      outputs: [{ name: "y" }]
    })
    const { y } = await runOnnx(encodeOnnx(model), { x: { dims: [2, 2], data: Float32Array.of(2, 4, 6, 8) } })
    expect([...y.data]).toEqual([1, 2, 3, 4])
    expect(model.inputs[0].dims).toEqual([2, 2])
  })
})
