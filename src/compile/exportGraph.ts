import type { Tensor } from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"
import { BATCH, dynamicBatch, type OpenDims } from "./dynamicBatch.ts"
import { fold } from "./fold.ts"
import type { DType, Graph } from "./graph.ts"
import { identity, type Order } from "./layout.ts"
import { lower } from "./lower.ts"
import type { OnnxModel } from "./onnx/model.ts"
import { traceGraph } from "./traceGraph.ts"

/** An input or output of a file, as tfjs sees it. */
export interface ExportOutput {
  readonly name: string
  /** The axis that each position of the file's shape holds. Default: as in tfjs. `NCHW` puts channels before space. */
  readonly order?: Order
}

export interface ExportInput extends ExportOutput {
  /** In tfjs's order; `"batch"` for a length that whoever runs the file chooses. */
  readonly shape: OpenDims
  /** Default `"float32"`. */
  readonly dtype?: DType
}

export interface ExportOptions {
  readonly inputs: ReadonlyArray<ExportInput>
  readonly outputs: ReadonlyArray<ExportOutput>
  readonly metadata?: Readonly<Record<string, string>>
}

/** Odd primes: a length that is one of them by chance is neither 1 nor a power of 2. */
const BATCHES = [3, 5, 7] as const

/**
 * A pure tensor function as an ONNX model of plain operators (opset 17) that any ONNX runtime can load. Tensors that the
 * function captures become constants, and constants that scale and shift a convolution's result are folded into it.
 *
 * A length named `"batch"` stays open. The function is traced for several lengths, and every number in its graph that differs
 * between them is computed from the input's shape; what does not follow from it linearly is refused.
 *
 * @throws CompileError for a kernel or option that cannot be compiled, and for a function that takes its batch for more than a
 * length
 * @example
 * ```ts
 * const model = exportGraph((x: Tensor2D) => softmax(matMul(x, weights)), {
 *   inputs: [{ name: "x", shape: ["batch", 4] }],
 *   outputs: [{ name: "classes" }]
 * })
 * writeFileSync("classes.onnx", encodeOnnx(model))
 * ```
 */
export const exportGraph = <Inputs extends ReadonlyArray<Tensor>>(
  f: (...inputs: Inputs) => Tensor | ReadonlyArray<Tensor>,
  { inputs, outputs, metadata }: ExportOptions
): OnnxModel => {
  const traced = (batch: number) =>
    traceGraph(
      f,
      inputs.map(({ shape, dtype = "float32" }) => ({
        shape: shape.map((length) => (length === BATCH ? batch : length)),
        dtype
      }))
    )
  const lowered = (graph: Graph): OnnxModel => {
    if (graph.outputs.length !== outputs.length) {
      const reason = `it gives ${graph.outputs.length} tensors, and ${outputs.length} are named`
      throw new CompileError({ op: EXPORTED, reason, remedy: "name each of them, in their order" })
    }
    const orders = graph.inputs.map((value, i) => [value, inputs[i].order ?? identity(value.shape.length)] as const)
    const outputOrders = graph.outputs.map((value, i) => outputs[i].order ?? identity(value.shape.length))
    const { model } = lower(fold(graph), { contrib: false, given: new Map(orders), outputOrders })
    return renamed(model, [...inputs, ...outputs])
  }
  const dims = inputs.map(({ shape, order = identity(shape.length) }) => order.map((axis) => shape[axis]))
  if (!dims.some((each) => each.includes(BATCH))) return { ...lowered(traced(1)), ...(metadata && { metadata }) }
  const graphs = new Map([1, ...BATCHES].map((batch) => [batch, traced(batch)]))
  const model = dynamicBatch((batch) => lowered(graphs.get(batch) as Graph), BATCHES, dims)
  checkSingle(graphs)
  return { ...model, ...(metadata && { metadata }) }
}

const EXPORTED = "the exported function"

/** Functions that drop axes of length 1 (`squeeze`) give one image another shape than several. */
const checkSingle = (graphs: ReadonlyMap<number, Graph>): void => {
  const [single, three, five] = [1, 3, 5].map((batch) => (graphs.get(batch) as Graph).outputs)
  for (const [i, { shape }] of single.entries()) {
    // Lengths are known to be linear by now.
    const expected = three[i].shape.map((length, axis) => 2 * length - five[i].shape[axis])
    if (shape.join() === expected.join()) continue
    const reason = `a batch of one gives [${shape.join(", ")}], where larger ones lead to [${expected.join(", ")}]`
    const remedy = "name the axes in squeeze, or export a batch of fixed size"
    throw new CompileError({ op: EXPORTED, reason, remedy })
  }
}

/** Puts the caller's names in the place of those that the lowering gave to inputs and outputs. */
const renamed = (model: OnnxModel, named: ReadonlyArray<ExportOutput>): OnnxModel => {
  const ends = [...model.inputs, ...model.outputs]
  const names = new Map(ends.map(({ name }, i) => [name, named[i].name]))
  const taken = new Set(names.values())
  const rename = (name: string) => names.get(name) ?? (taken.has(name) ? `${name}:inner` : name)
  const value = <A extends { readonly name: string }>(each: A): A => ({ ...each, name: rename(each.name) })
  return {
    ...model,
    nodes: model.nodes.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename)
    })),
    constants: model.constants.map(value),
    inputs: model.inputs.map(value),
    outputs: model.outputs.map(value)
  }
}
