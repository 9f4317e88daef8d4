import type { Tensor } from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"
import { BATCH, dynamicBatch, type OpenDims } from "./dynamicBatch.ts"
import { fold } from "./fold.ts"
import type { DType, Graph } from "./graph.ts"
import { identity, type Order, sameOrder } from "./layout.ts"
import { lower } from "./lower.ts"
import type { OnnxModel } from "./onnx/model.ts"
import { checkSingle } from "./singleBatch.ts"
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

/**
 * Odd primes, because a length that is one of them by chance is neither 1 nor a power of 2, and one that 2, 3 and 4 divide.
 * What is done with a batch of one is looked at apart.
 */
const BATCHES = [3, 5, 7, 12] as const

/**
 * A pure tensor function as an ONNX model of plain operators (opset 17) that any ONNX runtime can load. Tensors that the
 * function captures become constants, and constants that scale and shift a convolution's result are folded into it.
 *
 * A length named `"batch"` stays open. The function is traced for several lengths, and every number in its graph that differs
 * between them is computed from the input's shape; what does not follow from it linearly is refused. What a function does for
 * lengths that it was not traced for, such as all above a thousand, is not seen.
 *
 * @throws CompileError for a kernel or option that cannot be compiled, for a function that takes its batch for more than a
 * length, and for names and orders that make no file
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
  checkEnds(f.length, inputs, outputs)
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
      const found = `it gives ${graph.outputs.length} tensors, and ${outputs.length} are named`
      refuse(found, "name each of them, in their order")
    }
    const given = new Map(graph.inputs.map((value, i) => [value, orderOf(inputs[i], value.shape.length)]))
    const outputOrders = graph.outputs.map((value, i) => orderOf(outputs[i], value.shape.length))
    const { model } = lower(fold(graph), { contrib: false, given, outputOrders })
    return renamed(model, [...inputs, ...outputs])
  }
  const dims = inputs.map((input) => orderOf(input, input.shape.length).map((axis) => input.shape[axis]))
  if (!dims.some((each) => each.includes(BATCH))) return { ...lowered(traced(1)), ...(metadata && { metadata }) }
  const model = dynamicBatch((batch) => lowered(traced(batch)), BATCHES, dims)
  const sized = (batch: number) => ({ batch, graph: traced(batch) })
  checkSingle(sized(1), [sized(BATCHES[0]), sized(BATCHES[1])])
  return { ...model, ...(metadata && { metadata }) }
}

/** What can be said of a file before its function is traced. */
const checkEnds = (parameters: number, inputs: ReadonlyArray<ExportInput>, outputs: ReadonlyArray<ExportOutput>) => {
  const described = inputs.length
  if (parameters > described)
    refuse(`it takes ${parameters} tensors, and inputs has ${described}`, "describe each of them")
  const names = [...inputs, ...outputs].map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) refuse(`"${twice}" names two of its inputs and outputs`, "name each of them apart")
}

const orderOf = ({ name, order: given }: ExportOutput, rank: number): Order => {
  const order = given ?? identity(rank)
  const sorted = [...order].sort((a, b) => a - b)
  if (sameOrder(sorted, identity(rank))) return order
  const remedy = `name each of ${rank} axes once, from 0`
  return refuse(`the order [${order.join(", ")}] of "${name}" is none of its axes`, remedy)
}

const refuse = (reason: string, remedy: string): never => {
  throw new CompileError({ op: "the exported function", reason, remedy })
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
