import { type DataTypeMap, engine, type Tensor, type TensorContainer } from "@tensorflow/tfjs-core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { TaggedError } from "../errors.ts"

/** An engine could not start or could not compute: which one, why, and what to do. */
export class EngineError extends TaggedError("EngineError")<{
  readonly engine: string
  readonly reason: string
  readonly remedy: string
}> {
  override get message() {
    return `engine ${this.engine}: ${this.reason}; ${this.remedy}`
  }
}

/** A pure tensor function: what it makes and returns belongs to the caller, what it is given stays the caller's. */
export type TensorFunction<Inputs extends TensorContainer, Outputs extends TensorContainer> = (
  inputs: Inputs
) => Outputs

/**
 * The engine that computes: chosen by one Layer at the edge of a program, so that no other file knows which one runs.
 *
 * tfjs keeps its current backend in a global. `run` is the only way to it: it makes its own engine the current one for one
 * uninterrupted, synchronous section and then puts the former one back, so that fibres may use different engines at once.
 */
export class Backend extends Context.Service<
  Backend,
  {
    /** Such as `"wasm"`. */
    readonly name: string
    /** For people: what runs, and on what. */
    readonly description: string
    /**
     * Runs a synchronous tensor function on this engine. Tensors made inside and not returned are freed, also when it
     * throws; those returned are the caller's.
     */
    readonly run: <A extends TensorContainer>(f: () => A) => Effect.Effect<A, EngineError>
    /** The values of a tensor, when the engine has computed them. */
    readonly read: <T extends Tensor>(
      tensor: T
    ) => Effect.Effect<DataTypeMap[Exclude<T["dtype"], "string">], EngineError>
    /** Makes a pure tensor function ready to be run many times, in whichever way is fast on this engine. */
    readonly prepare: <Inputs extends TensorContainer, Outputs extends TensorContainer>(
      f: TensorFunction<Inputs, Outputs>
    ) => TensorFunction<Inputs, Outputs>
  }
>()("hepaflow/backend/Backend") {}

/** How many tensors are alive on all engines: the same before and after anything that cleans up after itself. */
export const tensorsAlive = (): number => engine().state.numTensors

/** Frees tensors when the scope closes, whatever ended it. */
export const disposing = <A extends { readonly dispose: () => unknown }, E, R>(
  make: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Scope.Scope> => Effect.acquireRelease(make, (owned) => Effect.sync(() => owned.dispose()))
