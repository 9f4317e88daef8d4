import { util } from "@tensorflow/tfjs-core"
import type { Emitter, Laid } from "../emitter.ts"
import type { Attributes, ConstantData, DType, TensorType } from "../graph.ts"
import type { Order } from "../layout.ts"

type Named<T> = Readonly<Record<string, T>>

/** One or several results of a kernel. */
export type Results<T> = T | ReadonlyArray<T>

/**
 * All that the compiler knows of one tfjs kernel. To make it understand another, write one of these and put it into the
 * table of `index.ts`.
 */
export type Rule = LoweredRule | ConstantRule

interface Inferred {
  /** The options that it understands; any other is refused while tracing. Default: none. */
  readonly attributes?: ReadonlyArray<string>
  /** The types of elements that it takes; of any other it is refused while tracing. Default: all. */
  readonly types?: ReadonlyArray<DType>
  /** What the results are like. Throws a `CompileError` for what the rule does not understand. */
  readonly infer: (inputs: Named<TensorType>, attributes: Attributes) => Results<TensorType>
  /** Whether operands and results of one rank lie best in one order, so that what is wanted of one is wanted of all. */
  readonly aligned?: boolean
  /** The order in which an input, or with `""` the result, is best laid out. */
  readonly wants?: Named<Order>
}

/** A kernel that ONNX computes. */
export interface LoweredRule extends Inferred {
  /** Writes the kernel as ONNX nodes. */
  readonly lower: (
    emit: Emitter,
    inputs: Named<Laid>,
    attributes: Attributes,
    outputs: ReadonlyArray<TensorType>
  ) => Results<Laid>
  readonly constant?: undefined
}

/** A kernel whose result depends on no values. */
export interface ConstantRule extends Inferred {
  readonly constant: (inputs: Named<TensorType>, attributes: Attributes) => ConstantData
  readonly lower?: undefined
}

/** Rules by the kernel's name. */
export type Rules = Readonly<Record<string, Rule>>

/** What most of ONNX's operators take. */
export const FLOAT = ["float32"] as const satisfies ReadonlyArray<DType>
export const NUMBERS = ["float32", "int32"] as const satisfies ReadonlyArray<DType>

/**
 * Axes as they count from the front, which tfjs lets count from the end below 0; all where none are given.
 *
 * @throws Error for an axis that the rank has not
 */
export const axesOf = (axes: unknown, rank: number): ReadonlyArray<number> =>
  util.parseAxisParam(axes as number | Array<number>, new Array<number>(rank).fill(1))

export const axisOf = (axis: unknown, rank: number): number => axesOf(axis, rank)[0]
