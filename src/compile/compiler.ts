import {
  engine,
  registerBackend,
  removeBackend,
  type Tensor,
  type TensorContainer,
  type TensorInfo,
  tidy
} from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"
import { replaceTensors, signatureOf, tensorsIn } from "./container.ts"
import { dataOf } from "./emitter.ts"
import { fold, hasConstantFilters } from "./fold.ts"
import { type Graph, sizeOf, type Value } from "./graph.ts"
import { identity, type Order, physical, reorder, sameMemory } from "./layout.ts"
import { type Lowered, lower } from "./lower.ts"
import { onBackend } from "./onBackend.ts"
import { encodeOnnx } from "./onnx/encode.ts"
import { reluGradients } from "./reluGradients.ts"
import type { Elements, Runtime, RuntimeBuffer, Session } from "./runtime/runtime.ts"
import { separate } from "./separate.ts"
import { type Placed, registerKernels, Tracer, typeOf, unregisterKernels } from "./tracer.ts"

export interface CompilerOptions {
  /** How many graphs are kept ready, of all functions and shapes; the one that was used longest ago goes first. Default 8. */
  readonly cacheSize?: number
}

/**
 * Runs pure tensor functions as whole graphs. Tensors that it gives stay with the runtime: other compiled functions take
 * them from there, `await tensor.data()` copies their numbers, and they are freed as any tensor is.
 */
export interface Compiler {
  /** tfjs's name of the engine that it is. */
  readonly name: string
  /**
   * A function of the same type that is traced once for each set of shapes. Tensors that it captures and does not take as
   * inputs are constants, folded into the graph; so are random numbers that tfjs draws within it, as its `dropout` does.
   */
  readonly compile: <Inputs extends TensorContainer, Outputs extends TensorContainer>(
    f: (inputs: Inputs) => Outputs
  ) => (inputs: Inputs) => Outputs
  /** Runs a function once, as one graph. Tensors made inside and not returned are freed. */
  readonly run: <A extends TensorContainer>(f: () => A) => A
  /** Forgets everything that was compiled, and frees what is held; the runtime stays the caller's. */
  readonly dispose: () => void
}

/** A graph that can be run at once. */
interface Ready {
  readonly of: unknown
  readonly signature: string
  readonly graph: Graph
  readonly lowered: Lowered
  readonly session: Session
  readonly captured: ReadonlyArray<Placed>
  readonly result: TensorContainer
}

let engines = 0
let buffers = 0

/**
 * A compiler on a runtime.
 *
 * @throws CompileError in its functions for a kernel, option or type that cannot be compiled, and for a tensor whose numbers
 * are asked for while it has none
 * @example
 * ```ts
 * const { compile } = makeCompiler(runtime)
 * const norm = compile((x: Tensor2D) => sqrt(sum(square(x))))
 * const length = norm(tensor2d([3, 4], [1, 2]))
 * await length.data() // => [5]
 * ```
 */
export const makeCompiler = (runtime: Runtime, options: CompilerOptions = {}): Compiler => {
  const { cacheSize = 8 } = options
  const name = `compiled${engines++ === 0 ? "" : `-${engines}`}`
  const tracer = new Tracer({
    name,
    read: async (buffer, order) => {
      const shape = new Array<number>(order.length)
      for (const [position, axis] of order.entries()) shape[axis] = buffer.dims[position]
      return reorder(await runtime.read(buffer), shape, order, identity(order.length))
    },
    free: (buffer) => runtime.free([buffer])
  })
  registerKernels(name)
  registerBackend(name, () => tracer)
  const loaded = new Set<Session>()
  /** How many functions are being traced that will be run later. */
  let compiling = 0

  const bufferOf = (
    { shape, dtype }: { readonly shape: ReadonlyArray<number>; readonly dtype: string },
    order: Order
  ) => ({ id: buffers++, type: dtype, dims: physical(shape, order) }) as RuntimeBuffer

  /** A tensor's numbers with the runtime, in an order. */
  const sent = (
    { info, held }: Placed,
    order: Order
  ): { readonly buffer: RuntimeBuffer; readonly borrowed: boolean } => {
    // It may have been sent already, as another input of the same call.
    const now = tracer.held(info.dataId) ?? held
    if (now?.kind === "device" && sameMemory(info.shape, now.order, order)) {
      return { buffer: { ...now.buffer, dims: physical(info.shape, order) }, borrowed: true }
    }
    const values = held?.kind === "host" ? held.values : (engine().readSync(info.dataId) as Elements)
    const buffer = bufferOf(typeOf(info), order)
    runtime.write(buffer, reorder(values, info.shape, identity(order.length), order))
    if (now?.kind !== "host") return { buffer, borrowed: false }
    tracer.settle(info.dataId, { kind: "device", buffer, order })
    return { buffer, borrowed: true }
  }

  const load = ({ model }: Lowered, graph: Graph): Session => {
    // ONNX Runtime's own rewriting makes constant filters fast. Where there are none it takes seconds and gains nothing.
    const session = runtime.load(encodeOnnx(model), { optimize: hasConstantFilters(graph) })
    loaded.add(session)
    return session
  }

  const unload = (session: Session) => {
    if (loaded.delete(session)) runtime.unload(session)
  }

  /** Runs a loaded graph on tensors; gives a buffer for each output. */
  const call = (session: Session, { inputs, outputs }: Lowered, graph: Graph, given: ReadonlyArray<Placed>) => {
    const bound = inputs.map(({ name, order }, i) => ({ name, ...sent(given[i], order) }))
    const made = outputs.map(({ name, order }, i) => ({ name, buffer: bufferOf(graph.outputs[i], order), order }))
    runtime.run(session, bound, made)
    runtime.free(bound.flatMap(({ borrowed, buffer }) => (borrowed ? [] : [buffer])))
    return made
  }

  const placed = (info: TensorInfo): Placed => ({ info, held: tracer.held(info.dataId) })

  const orderOf = ({ held }: Placed): Order | undefined => (held?.kind === "device" ? held.order : undefined)

  const capturedOf = (values: ReadonlyArray<Value>): ReadonlyArray<Placed> =>
    values.map((value) => tracer.trace.captured.get(value) as Placed)

  /** Orders of a graph's inputs that lie somewhere. */
  const ordersOf = (values: ReadonlyArray<Value>, given: ReadonlyArray<Placed>): ReadonlyMap<Value, Order> =>
    new Map(
      given.flatMap((each, i) => {
        const order = orderOf(each)
        return order === undefined ? [] : [[values[i], order] as const]
      })
    )

  /** The last used comes last. A graph takes memory of its own, so those of a training that is over must go some time. */
  let ready: ReadonlyArray<Ready> = []

  const compile: Compiler["compile"] = <Inputs extends TensorContainer, Outputs extends TensorContainer>(
    f: (inputs: Inputs) => Outputs
  ) => {
    const traceOf = (inputs: Inputs) => {
      const found = { result: undefined as unknown as Outputs, outputs: [] as ReadonlyArray<Value> }
      compiling++
      try {
        tidy(() => {
          found.result = f(
            replaceTensors(inputs, (tensor) => engine().makeTensorFromTensorInfo(tracer.input(typeOf(tensor))))
          )
          found.outputs = tensorsIn(found.result).map((tensor) => tracer.valueFor(tensor))
        })
      } finally {
        compiling--
      }
      return found
    }

    const make = (inputs: Inputs, given: ReadonlyArray<Placed>, signature: string): Ready =>
      tracer.record((trace) => {
        const found = traceOf(inputs)
        const graph = separate(fold(reluGradients(tracer.graph(found.outputs))))
        const captured = capturedOf(graph.inputs.slice(trace.inputs.length))
        const lowered = lower(graph, { given: ordersOf(graph.inputs, [...given, ...captured]) })
        return { of: f, signature, graph, lowered, session: load(lowered, graph), captured, result: found.result }
      })

    const fits = ({ graph, lowered }: Ready, given: ReadonlyArray<Placed>) =>
      given.every((each, i) => {
        const lying = orderOf(each)
        return lying === undefined || sameMemory(graph.inputs[i].shape, lying, lowered.inputs[i].order)
      })

    return (inputs: Inputs): Outputs => {
      const tensors = tensorsIn(inputs)
      for (const { isDisposed } of tensors) if (isDisposed) throw freed("an input", "keep it until the call")
      const traced = tensors.some(({ dataId }) => tracer.held(dataId)?.kind === "traced")
      const differentiated = engine().state.gradientDepth > 0
      // Within another function that is being compiled it is a part of that.
      if (tracer.tracing && (compiling > 0 || traced || differentiated)) return f(inputs)
      if (differentiated) {
        throw new CompileError({
          op: "a gradient through a compiled function",
          reason: "it was traced without one",
          remedy: "compile the function that differentiates it"
        })
      }
      return onBackend(name, () => {
        const given = tensors.map(placed)
        const signature = signatureOf(inputs)
        const found =
          ready.find((each) => each.of === f && each.signature === signature && fits(each, given)) ??
          make(inputs, given, signature)
        ready = [...ready.filter((each) => each !== found), found]
        for (const { session } of ready.slice(0, -cacheSize)) unload(session)
        ready = ready.slice(-cacheSize)
        for (const { info } of found.captured) {
          if (tracer.held(info.dataId) === undefined) throw freed("a captured tensor", "keep it, or make it an input")
        }
        const made = call(found.session, found.lowered, found.graph, [...given, ...found.captured])
        return replaceTensors(found.result as Outputs, (_, i) => {
          const { buffer, order } = made[i]
          return engine().makeTensorFromTensorInfo(
            tracer.hold(found.graph.outputs[i], { kind: "device", buffer, order })
          )
        })
      })
    }
  }

  const run: Compiler["run"] = (f) => {
    if (tracer.tracing) return tidy(f)
    return onBackend(name, () =>
      tracer.record((trace) => {
        const result = tidy(f)
        try {
          settleAll(trace.constants, result)
          return result
        } catch (error) {
          for (const tensor of tensorsIn(result)) tensor.dispose()
          throw error
        }
      })
    )
  }

  /** Computes what a result is made of and has no numbers yet. */
  const settleAll = (constants: ReadonlyMap<Value, Parameters<typeof dataOf>[1]>, result: TensorContainer) => {
    const pending = new Map<Value, Array<Tensor>>()
    for (const tensor of tensorsIn(result)) {
      const held = tracer.held(tensor.dataId)
      if (held?.kind !== "traced") continue
      const known = constants.get(held.value)
      if (known === undefined) pending.set(held.value, [...(pending.get(held.value) ?? []), tensor])
      else tracer.settle(tensor.dataId, { kind: "host", values: dataOf(held.value.dtype, known, sizeOf(tensor.shape)) })
    }
    if (pending.size === 0) return
    // Two tensors of one value share it only where they share their data.
    const wanted = [...pending].flatMap(([value, tensors]) =>
      [...new Map(tensors.map((tensor) => [tensor.dataId, tensor])).values()].map((tensor) => ({ value, tensor }))
    )
    const graph = tracer.graph(wanted.map(({ value }) => value))
    const captured = capturedOf(graph.inputs)
    const lowered = lower(graph, { given: ordersOf(graph.inputs, captured) })
    const session = load(lowered, graph)
    const made = call(session, lowered, graph, captured)
    unload(session)
    for (const [i, { tensor }] of wanted.entries()) {
      const { buffer, order } = made[i]
      tracer.settle(tensor.dataId, { kind: "device", buffer, order })
    }
  }

  return {
    name,
    compile,
    run,
    dispose: () => {
      for (const session of [...loaded]) unload(session)
      removeBackend(name)
      unregisterKernels(name)
    }
  }
}

const freed = (op: string, remedy: string) => new CompileError({ op, reason: "it was freed", remedy })
