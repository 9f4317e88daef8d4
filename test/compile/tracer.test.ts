import "@tensorflow/tfjs-backend-cpu"
import "../../src/backend/gradients.ts"
import {
  add,
  avgPool,
  booleanMaskAsync,
  cast,
  clone,
  complex,
  concat,
  conv2d,
  conv3d,
  engine,
  expm1,
  fill,
  gather,
  linspace,
  maxPool,
  maxPoolWithArgmax,
  mirrorPad,
  moments,
  mul,
  neg,
  ones,
  onesLike,
  range,
  real,
  registerBackend,
  relu,
  removeBackend,
  reshape,
  setBackend,
  sin,
  split,
  square,
  sum,
  type Tensor,
  type Tensor4D,
  tensor,
  tensor1d,
  tidy,
  unique,
  where,
  zeros
} from "@tensorflow/tfjs-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { CompileError } from "../../src/compile/compileError.ts"
import type { Graph, TensorType } from "../../src/compile/graph.ts"
import { registerKernels, unregisterKernels } from "../../src/compile/kernels.ts"
import { onBackend } from "../../src/compile/onBackend.ts"
import type { RuntimeBuffer } from "../../src/compile/runtime/runtime.ts"
import { type Trace, Tracer } from "../../src/compile/tracer.ts"

const NAME = "traced"
const freed: Array<number> = []
const tracer = new Tracer({
  name: NAME,
  read: async () => Float32Array.of(7),
  free: ({ id }: RuntimeBuffer) => freed.push(id)
})

beforeAll(async () => {
  await setBackend("cpu")
  registerKernels(NAME)
  registerBackend(NAME, () => tracer)
})

afterAll(() => {
  removeBackend(NAME)
  unregisterKernels(NAME)
})

const float = (...shape: Array<number>): TensorType => ({ shape, dtype: "float32" })
const int = (...shape: Array<number>): TensorType => ({ shape, dtype: "int32" })

/** The graph of a function of inputs of some types, and the trace that it was written down in. */
const traceOf = (
  types: ReadonlyArray<TensorType>,
  f: (...inputs: ReadonlyArray<Tensor>) => Tensor | ReadonlyArray<Tensor>
): { readonly graph: Graph; readonly trace: Trace } =>
  onBackend(NAME, () =>
    tracer.record((trace) => {
      let graph: Graph | undefined
      tidy(() => {
        const inputs = types.map((type) => engine().makeTensorFromTensorInfo(tracer.input(type)))
        const results = [f(...inputs)].flat() as ReadonlyArray<Tensor>
        graph = tracer.graph(results.map((result) => tracer.valueFor(result)))
      })
      return { graph: graph as unknown as Graph, trace }
    })
  )

const refusal = (types: ReadonlyArray<TensorType>, f: (...inputs: ReadonlyArray<Tensor>) => Tensor | Array<Tensor>) => {
  try {
    traceOf(types, f)
  } catch (error) {
    if (error instanceof CompileError) return error
    throw error
  }
  throw new Error("nothing was refused")
}

describe("a graph", () => {
  it("has a node for each op, with its inputs by name, its options and the type of its result", () => {
    const { graph } = traceOf([float(2, 3), float(3)], (x, y) => sum(mul(x, y), 1, true))
    const [product, total] = graph.nodes
    expect(graph.nodes.map(({ kernel }) => kernel)).toEqual(["Multiply", "Sum"])
    expect([product.inputs["a"], product.inputs["b"]]).toEqual(graph.inputs)
    expect(total.inputs).toEqual({ x: product.outputs[0] })
    expect(total.attributes).toEqual({ axis: 1, keepDims: true })
    expect(graph.outputs).toEqual(total.outputs)
    expect(graph.outputs[0]).toMatchObject({ shape: [2, 1], dtype: "float32" })
  })

  it("has several results of one node", () => {
    const { graph } = traceOf([float(5, 2)], (x) => split(x, [2, 3], 0))
    expect(graph.nodes.map(({ outputs }) => outputs.map(({ shape }) => shape))).toEqual([
      [
        [2, 2],
        [3, 2]
      ]
    ])
  })

  it("has no node for another name of the same numbers", () => {
    const { graph } = traceOf([float(2)], (x) => [clone(x), x])
    expect([graph.nodes, graph.outputs]).toEqual([[], [graph.inputs[0], graph.inputs[0]]])
  })

  it("leaves out what no result depends on", () => {
    const { graph, trace } = traceOf([float(2)], (x) => {
      sin(x)
      return neg(x)
    })
    expect(trace.nodes.map(({ kernel }) => kernel)).toEqual(["Sin", "Neg"])
    expect(graph.nodes.map(({ kernel }) => kernel)).toEqual(["Neg"])
  })
})

describe("constants", () => {
  const constantsOf = (f: () => ReadonlyArray<Tensor>) => {
    const { outputs, constants } = traceOf([], f).graph
    return outputs.map((output) => constants.get(output))
  }

  it("that are all one number are kept as one", () => {
    const made = () => [ones([2, 3]), zeros([4]), fill([2], 5), onesLike(zeros([2])), tensor1d([2, 2, 2])]
    expect(constantsOf(made)).toEqual([{ splat: 1 }, { splat: 0 }, { splat: 5 }, { splat: 1 }, { splat: 2 }])
  })

  it("keep the sign of zero", () => {
    expect(constantsOf(() => [tensor1d([0, -0])])).toEqual([Float32Array.of(0, -0)])
  })

  it("are the numbers of ranges, and of tensors of other engines, each once", () => {
    const outside = tensor1d([1, 2])
    expect(constantsOf(() => [range(0, 3, 1, "int32"), linspace(0, 1, 3)])).toEqual([
      Int32Array.of(0, 1, 2),
      Float32Array.of(0, 0.5, 1)
    ])
    const { constants } = traceOf([float(2)], (x) => add(mul(x, outside), outside)).graph
    expect([...constants.values()]).toEqual([Float32Array.of(1, 2)])
  })
})

describe("tensors that are with the runtime", () => {
  const buffer: RuntimeBuffer = { id: 5, type: "float32", dims: [2] }
  const device = () => engine().makeTensorFromTensorInfo(tracer.hold(float(2), { kind: "device", buffer, order: [0] }))

  it("are further inputs, each once", () => {
    const captured = onBackend(NAME, device)
    const { graph, trace } = traceOf([float(2)], (x) => add(mul(x, captured), captured))
    expect(graph.inputs.length).toBe(2)
    expect(trace.captured.get(graph.inputs[1])).toMatchObject({ held: { buffer } })
    captured.dispose()
  })

  it("are read with the runtime's help, and freed with it", async () => {
    const held = onBackend(NAME, device)
    expect([...(await held.data())]).toEqual([7])
    const before = freed.length
    const other = onBackend(NAME, () => tracer.record(() => clone(held)))
    held.dispose()
    expect(freed.length).toBe(before)
    other.dispose()
    expect(freed.slice(before)).toEqual([5])
  })

  it("are freed no sooner than the graph under way is done", () => {
    const before = freed.length
    onBackend(NAME, () =>
      tracer.record(() => {
        device().dispose()
        expect(freed.length).toBe(before)
      })
    )
    expect(freed.length).toBe(before + 1)
  })
})

describe("what cannot be compiled is refused by name, with a remedy", () => {
  it("a kernel that no rule knows", () => {
    expect(
      refusal([float(1, 4, 4, 4, 1), float(3, 3, 3, 1, 1)], (x, w) => conv3d(x as never, w as never, 1, "same")).message
    ).toBe(
      "compile: Conv3D: no rule says how to compile it; see a volume slice by slice, as maps [batch, height, width, channels]"
    )
    expect(refusal([float(4)], (x) => real(complex(x, x))).op).toBe("Complex")
    expect(refusal([float(4)], (x) => unique(x).values).remedy).toMatch("outside")
    expect(refusal([float(1, 4, 4, 1)], (x) => maxPoolWithArgmax(x as Tensor4D, 2, 2, "same").result).remedy).toBe(
      "use maxPool"
    )
  })

  it("an option that no rule knows", () => {
    const run = (x: Tensor) => engine().runKernel("Relu", { x }, { threshold: 2 }) as Tensor
    expect(refusal([float(2)], run).message).toBe(
      "compile: Relu: its option threshold is not understood; leave it out, or run on an engine that works op by op"
    )
  })

  it("a value of an option that the rule does not do", () => {
    const map = float(1, 4, 4, 2)
    const filter = float(3, 3, 2, 2)
    expect(
      refusal([float(1, 2, 4, 4), filter], (x, w) => conv2d(x as Tensor4D, w as Tensor4D, 1, "same", "NCHW")).remedy
    ).toBe("use NHWC")
    expect(
      refusal([map], (x) =>
        mirrorPad(
          x,
          [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0]
          ],
          "symmetric"
        )
      ).remedy
    ).toBe("use reflect")
    expect(refusal([map, int(1, 2)], (x, at) => gather(x, at, 1, 1)).op).toBe("GatherV2")
    for (const pool of [maxPool, avgPool]) {
      expect(refusal([float(1, 3, 3, 1)], (x) => pool(x as Tensor4D, 2, 3, 0, "ceil")).reason).toMatch(
        "nothing but padding"
      )
    }
  })

  it("a type that ONNX Runtime does not take", () => {
    expect(refusal([int(2)], (x) => expm1(x)).message).toBe("compile: Expm1: it is given int32; cast it to float32")
    expect(refusal([{ shape: [2], dtype: "bool" }], (x) => square(x)).remedy).toBe("cast it to float32 or int32")
    expect(refusal([float(2), int(2)], (x, y) => concat([x, y])).reason).toBe("it joins float32 to int32")
    expect(refusal([float(2), int(2)], (x, y) => where(tensor([1, 0], [2], "bool"), x, y)).reason).toBe(
      "it chooses float32 or int32"
    )
    expect(refusal([float(2)], (x) => cast(x, "complex64")).remedy).toBe("use float32, int32 or bool")
    expect(refusal([], () => tensor(["a"])).reason).toBe("its type is string")
    expect(refusal([], () => fill([2], "a")).reason).toBe("its type is string")
  })

  it("reading a tensor", async () => {
    const failing = refusal([float(2)], (x) => mul(x, x.dataSync()[0]))
    expect([failing.op, failing.remedy]).toEqual([
      "reading a tensor",
      "return it and read it outside, or give what depends on numbers as an input"
    ])
    const reads: Array<Promise<unknown>> = []
    traceOf([float(2)], (x) => {
      reads.push(x.data(), booleanMaskAsync(x, tensor([1, 0], [2], "bool")))
      return neg(x)
    })
    const outcomes = await Promise.allSettled(reads)
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"])
  })

  it("an op outside of a function", () => {
    expect(() => onBackend(NAME, () => relu(tensor1d([1])))).toThrow(
      "compile: an op outside of a compiled function: this engine computes whole functions; wrap it in Backend.run or in compile"
    )
  })
})

describe("a trace", () => {
  it("ends with its function, also when that throws", () => {
    expect(() =>
      traceOf([float(2)], () => {
        throw new Error("no")
      })
    ).toThrow("no")
    expect(tracer.tracing).toBe(false)
  })

  it("may lie within another, and its values are no other's", () => {
    onBackend(NAME, () =>
      tracer.record(() => {
        const outer = engine().makeTensorFromTensorInfo(tracer.input(float(2)))
        expect(() => tracer.record(() => neg(outer))).toThrow("a tensor of another trace")
        expect(tracer.valueFor(neg(outer)).shape).toEqual([2])
      })
    )
  })

  it("keeps no numbers of tensors that are gone", () => {
    const before = tracer.numDataIds()
    traceOf([float(2, 3)], (x) => moments(reshape(x, [6])).variance)
    expect(tracer.numDataIds()).toBe(before)
  })
})
