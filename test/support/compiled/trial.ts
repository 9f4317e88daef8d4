import "@tensorflow/tfjs-backend-cpu"
import "../../../src/backend/gradients.ts"
import {
  add,
  engine,
  grads,
  mul,
  registerBackend,
  setBackend,
  sum,
  type Tensor,
  tensor,
  tidy
} from "@tensorflow/tfjs-core"
import { expect, vi } from "vitest"
import { fold as foldConvolutions } from "../../../src/compile/fold.ts"
import { type Graph, sizeOf, type TensorType, type Value } from "../../../src/compile/graph.ts"
import { registerKernels } from "../../../src/compile/kernels.ts"
import { identity, type Order, physical, reorder } from "../../../src/compile/layout.ts"
import { lower } from "../../../src/compile/lower.ts"
import { onBackend } from "../../../src/compile/onBackend.ts"
import { encodeOnnx } from "../../../src/compile/onnx/encode.ts"
import { reluGradients } from "../../../src/compile/reluGradients.ts"
import type { Elements, Runtime, RuntimeBuffer } from "../../../src/compile/runtime/runtime.ts"
import { separate } from "../../../src/compile/separate.ts"
import { Tracer } from "../../../src/compile/tracer.ts"
import { fold, type Key, key, normal, permutation, uniform } from "../../../src/random/index.ts"

/** What an op is tried on. */
export interface Given extends TensorType {
  /** Numbers that the op is smooth and defined at, of normally distributed ones. Default: as they are. */
  readonly domain?: (x: number) => number
  /** Numbers that it is drawn of in place of those. */
  readonly of?: ReadonlyArray<number>
}

/** An op with what it is given. */
export interface Op {
  readonly name: string
  readonly inputs: ReadonlyArray<Given>
  readonly f: (...inputs: ReadonlyArray<Tensor>) => Tensor | ReadonlyArray<Tensor>
  /** The inputs that it is differentiated by. Default: all of type float32. */
  readonly by?: ReadonlyArray<number>
  /**
   * That the op is linear in its one input, and tfjs's cpu engine or tfjs itself differentiates it wrongly: its gradient is
   * what the op makes of each unit vector.
   */
  readonly linear?: true
  /** Special numbers at which engines are known to differ. Default: none. */
  readonly shuns?: (x: number) => boolean
  /** Largest difference, relative to the largest number. Default 2e-5. */
  readonly relative?: number
  /** What is added to that. Default 1e-6. */
  readonly absolute?: number
}

interface Numbers extends TensorType {
  readonly values: Elements
}

/** Results and gradients of one op. */
type Outcome = ReadonlyArray<Numbers>

const NAME = "trial"
const tracer = new Tracer({ name: NAME, read: () => Promise.reject(new Error("nothing to read")), free: () => {} })
registerKernels(NAME)
registerBackend(NAME, () => tracer)

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array }

const draw = (from: Key, { shape, dtype, domain = (x) => x, of }: Given): Numbers => {
  if (of !== undefined) {
    const chosen = Array.from(uniform(from, sizeOf(shape)), (u) => of[Math.floor(u * of.length)])
    return { shape, dtype, values: ARRAYS[dtype].from(chosen) }
  }
  const values = normal(from, sizeOf(shape)).map(domain)
  if (dtype === "float32") return { shape, dtype, values }
  if (dtype === "int32") return { shape, dtype, values: Int32Array.from(values, (x) => Math.round(3 * x)) }
  return { shape, dtype, values: Uint8Array.from(values, (x) => Number(x > 0)) }
}

const made = ({ values, shape, dtype }: Numbers): Tensor => tensor(values, [...shape], dtype)

const read = (x: Tensor): Numbers => ({
  shape: x.shape,
  dtype: x.dtype as TensorType["dtype"],
  values: x.dataSync() as Elements
})

const differentiated = ({ inputs, by, linear }: Op) =>
  linear === true ? [0] : (by ?? inputs.flatMap(({ dtype }, i) => (dtype === "float32" ? [i] : [])))

/** The op's results and, with a weight for each number of these, the gradients of the weighted sum. */
const withGradients = (op: Op, xs: ReadonlyArray<Tensor>, weights: ReadonlyArray<Tensor>): ReadonlyArray<Tensor> => {
  const by = differentiated(op)
  const results = [op.f(...xs)].flat() as ReadonlyArray<Tensor>
  if (by.length === 0 || !results.some(({ dtype }) => dtype === "float32")) return results
  const loss = (...some: ReadonlyArray<Tensor>) => {
    const all = xs.map((x, i) => (by.includes(i) ? some[by.indexOf(i)] : x))
    const parts = ([op.f(...all)].flat() as ReadonlyArray<Tensor>).flatMap((y, i) =>
      y.dtype === "float32" ? [sum(mul(y, weights[i]))] : []
    )
    return parts.reduce((a, b) => add(a, b))
  }
  return [...results, ...grads(loss)(by.map((i) => xs[i]))]
}

const expected = (op: Op, given: ReadonlyArray<Numbers>, weights: ReadonlyArray<Numbers>): Outcome =>
  onBackend("cpu", () => {
    const outcome: Array<Numbers> = []
    tidy(() => {
      const xs = given.map(made)
      if (op.linear !== true) {
        outcome.push(...withGradients(op, xs, weights.map(made)).map(read))
        return
      }
      const y = op.f(...xs) as Tensor
      const { shape, dtype, values } = given[0]
      const slopes = values.map((_, i) => {
        const unit = made({ shape, dtype, values: values.map((_, j) => Number(i === j)) as Elements })
        return sum(mul(op.f(unit) as Tensor, made(weights[0]))).dataSync()[0]
      }) as Elements
      outcome.push(read(y), { shape, dtype, values: slopes })
    })
    return outcome
  })

const shapesOf = (op: Op, given: ReadonlyArray<Numbers>): ReadonlyArray<TensorType> =>
  onBackend("cpu", () => {
    const types: Array<TensorType> = []
    tidy(() => {
      for (const y of [op.f(...given.map(made))].flat() as ReadonlyArray<Tensor>) {
        types.push({ shape: y.shape, dtype: y.dtype as TensorType["dtype"] })
      }
    })
    return types
  })

interface Drawn {
  readonly op: Op
  readonly given: ReadonlyArray<Numbers>
  readonly weights: ReadonlyArray<Numbers>
}

const drawn = (op: Op, from: Key): Drawn => {
  const given = op.inputs.map((input, i) => draw(fold(from, "input", i), input))
  const weights = shapesOf(op, given).map(({ shape }, i) => draw(fold(from, "weights", i), { shape, dtype: "float32" }))
  return { op, given, weights }
}

/** One graph of all ops, and the results of each. */
const traced = (all: ReadonlyArray<Drawn>) =>
  onBackend(NAME, () =>
    tracer.record(() => {
      const results: Array<ReadonlyArray<Value>> = []
      tidy(() => {
        for (const { op, given, weights } of all) {
          const enter = (type: TensorType) => engine().makeTensorFromTensorInfo(tracer.input(type))
          results.push(withGradients(op, given.map(enter), weights.map(enter)).map((result) => tracer.valueFor(result)))
        }
      })
      return { graph: tracer.graph(results.flat()), results }
    })
  )

/** The kernels that an op and its gradient are made of. */
export const kernelsOf = async (ops: ReadonlyArray<Op>): Promise<ReadonlySet<string>> => {
  await setBackend("cpu")
  const node = vi.spyOn(tracer, "node")
  traced(ops.map((op) => drawn(op, key(1))))
  const kernels = new Set(node.mock.calls.map(([kernel]) => kernel))
  node.mockRestore()
  return kernels
}

export interface TrialOptions {
  readonly seed: number
  /** Whether operators of ONNX Runtime's own are used. */
  readonly contrib: boolean
  /** Whether the graph is rewritten, as the compiler does it. */
  readonly rewritten: boolean
}

/**
 * Expects of each op that its results and gradients are the cpu engine's, whatever orders its inputs lie in: all ops are one
 * graph, whose inputs are laid out by chance.
 */
export const expectAgreement = async (
  runtime: Runtime,
  ops: ReadonlyArray<Op>,
  { seed, contrib, rewritten }: TrialOptions
): Promise<void> => {
  await setBackend("cpu")
  const all = ops.map((op, i) => drawn(op, fold(key(seed), i, op.name)))
  const { graph: plain, results } = traced(all)
  const graph = rewritten ? separate(foldConvolutions(reluGradients(plain))) : plain
  const found = await compute(runtime, graph, {
    values: all.flatMap(({ given, weights }) => [...given, ...weights]).map(({ values }) => values),
    from: fold(key(seed), "orders"),
    contrib
  })
  let at = 0
  for (const [i, { op, given, weights }] of all.entries()) {
    const { relative = 2e-5, absolute = 1e-6 } = op
    const wanted = expected(op, given, weights)
    expect(results[i].length, op.name).toBe(wanted.length)
    for (const [j, { shape, dtype, values }] of wanted.entries()) {
      const name = `result ${j} of ${op.name}`
      const value = results[i][j]
      expect([value.dtype, ...value.shape], name).toEqual([dtype, ...shape])
      expect(found[at++], name).toBeAllclose(values, { relative, absolute })
    }
  }
}

interface Computation {
  readonly values: ReadonlyArray<Elements>
  readonly from: Key
  readonly contrib: boolean
}

let buffers = 0

/** Computes a graph whose inputs, and some of its outputs, are laid out by chance. */
const compute = async (
  runtime: Runtime,
  graph: Graph,
  { values, from, contrib }: Computation
): Promise<ReadonlyArray<Elements>> => {
  const orderAt = (purpose: string, i: number, { shape }: TensorType): Order => [
    ...permutation(fold(from, purpose, i), shape.length)
  ]
  const given = new Map(graph.inputs.map((value, i) => [value, orderAt("input", i, value)]))
  const outputOrders = graph.outputs.map((value, i) =>
    uniform(fold(from, "fixed", i), 1)[0] < 0.3 ? orderAt("output", i, value) : undefined
  )
  const lowered = lower(graph, { given, contrib, outputOrders })
  const bufferOf = ({ shape, dtype }: TensorType, order: Order): RuntimeBuffer => ({
    id: buffers++,
    type: dtype,
    dims: physical(shape, order)
  })
  const session = runtime.load(encodeOnnx(lowered.model))
  const inputs = lowered.inputs.map(({ name, order }, i) => {
    const buffer = bufferOf(graph.inputs[i], order)
    runtime.write(buffer, reorder(values[i], graph.inputs[i].shape, identity(order.length), order))
    return { name, buffer }
  })
  const outputs = lowered.outputs.map(({ name, order }, i) => ({
    name,
    buffer: bufferOf(graph.outputs[i], order),
    order
  }))
  runtime.run(session, inputs, outputs)
  try {
    const read: Array<Elements> = []
    for (const [i, { buffer, order }] of outputs.entries()) {
      read.push(reorder(await runtime.read(buffer), graph.outputs[i].shape, order, identity(order.length)))
    }
    return read
  } finally {
    runtime.free([...inputs, ...outputs].map(({ buffer }) => buffer))
    runtime.unload(session)
  }
}
