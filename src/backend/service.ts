import type { TensorContainer } from "@tensorflow/tfjs-core"
import * as Effect from "effect/Effect"
import * as Semaphore from "effect/Semaphore"
import { reasonOf } from "../errors.ts"
import { Backend, EngineError } from "./backend.ts"

/** tfjs starts a backend asynchronously while its global already points at it: nothing else may run meanwhile. */
export const starting = Semaphore.makeUnsafe(1)

/** Why an engine failed, and what to do. */
export type Failure = Pick<EngineError, "reason" | "remedy">

/** What each engine does in its own way. */
export interface Served extends Pick<Backend["Service"], "name" | "description" | "prepare"> {
  /** What to do when it fails at what another engine may do. */
  readonly remedy: string
  /** Of something that was thrown while a tensor function ran: what it says where it is of the engine, and not of the function. */
  readonly refusal: (cause: unknown) => Failure | undefined
  /** Runs a tensor function with this engine as tfjs's current one, and frees what it makes and does not return. */
  readonly section: <A extends TensorContainer>(f: () => A) => A
}

/** The service of an engine that has started. */
export const serve = ({ name, description, prepare, refusal, remedy, section }: Served): Backend["Service"] => {
  const failed = (cause: unknown) => {
    const failure = refusal(cause) ?? { reason: reasonOf(cause), remedy }
    const lacksMemory = MEMORY.test(failure.reason)
    return new EngineError({ engine: name, ...failure, ...(lacksMemory && { remedy: SMALLER }), cause })
  }
  const threw = (cause: unknown) => {
    if (cause instanceof EngineError) return cause
    const reason = reasonOf(cause)
    if (refusal(cause) !== undefined || MEMORY.test(reason)) return failed(cause)
    return new EngineError({ engine: name, reason: `the function that it ran threw: ${reason}`, remedy: LOOK, cause })
  }
  return Backend.of({
    name,
    description,
    prepare,
    run: (f) => starting.withPermit(Effect.try({ try: () => section(f), catch: threw })),
    read: (tensor) => Effect.tryPromise({ try: () => tensor.data() as Promise<never>, catch: failed })
  })
}

const MEMORY = /out of memory|malloc|allocat|memory access out of bounds/i
const SMALLER = "use a smaller batch, image size or width"
const LOOK = "look at the network, the loss or whatever else was computed"
