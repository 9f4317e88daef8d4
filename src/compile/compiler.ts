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
import { registerKernels, unregisterKernels } from "./kernels.ts"
import { identity, type Order, physical, reorder, sameMemory } from "./layout.ts"
import { type Lying, lower } from "./lower.ts"
import { onBackend } from "./onBackend.ts"
import { encodeOnnx } from "./onnx/encode.ts"
import { purely, withoutAssignments } from "./pure.ts"
import { reluGradients } from "./reluGradients.ts"
import type { Runtime, RuntimeBuffer, Session } from "./runtime/runtime.ts"
import { scope } from "./scope.ts"
import { separate } from "./separate.ts"
import { freed, isAlive, type Placed, Tracer, typeOf } from "./tracer.ts"

export interface CompilerOptions {
  /**
   * How many graphs are kept ready, of all functions and shapes, one at least; the one that was used longest ago goes first.
   * Default 8.
   */
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
   * A function of the same type that is traced once for each set of shapes, and again when that was forgotten. What it captures
   * must live as long as it is called: tensors that have their numbers here are constants, folded into the graph; variables,
   * and tensors that are with the runtime, are inputs that nobody named.
   *
   * Within `run`, inputs that `run` itself computes have no numbers yet: there the function is a part of `run`'s graph and is traced
   * each time. Tensors that were inputs may be with the runtime afterwards, from where `await tensor.data()` reads them.
   *
   * What would happen with the trace alone is refused: assigning variables, and drawing random numbers, as tfjs's `dropout`
   * does. All other numbers are constants, whatever they were computed from.
   */
  readonly compile: <Inputs extends TensorContainer, Outputs extends TensorContainer>(
    f: (inputs: Inputs) => Outputs
  ) => (inputs: Inputs) => Outputs
  /** Runs a function once, as one graph. Tensors made inside and not returned are freed. */
  readonly run: <A extends TensorContainer>(f: () => A) => A
  /** Forgets everything that was compiled, and frees what is held; the runtime stays the caller's. */
  readonly dispose: () => void
}

/** A graph that the runtime was told, and how what it takes and gives lies. */
interface Loaded {
  readonly session: Session
  readonly inputs: ReadonlyArray<Lying>
  readonly outputs: ReadonlyArray<Lying>
}

/** A function that can be run at once on inputs of some shapes. */
interface Ready extends Loaded {
  readonly f: unknown
  readonly signature: string
  /** Its last inputs. */
  readonly captured: ReadonlyArray<TensorInfo>
  /** These, and what was captured as a constant. */
  readonly outside: ReadonlyArray<TensorInfo>
  /** What it gives, with other tensors in it. */
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
  if (!(Number.isInteger(cacheSize) && cacheSize > 0)) {
    const reason = `its cacheSize is ${cacheSize}`
    throw new CompileError({ op: "makeCompiler", reason, remedy: "give how many graphs it may keep, 1 at least" })
  }
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
  const sessions = new Set<Session>()
  let closed = false
  const checkOpen = () => {
    if (!closed) return
    const remedy = "use it while its engine is open, or compile it on another"
    throw new CompileError({ op: "a compiled function", reason: "its engine was closed", remedy })
  }
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
    const values = held?.kind === "host" ? held.values : tracer.numbersOf(info)
    const buffer = bufferOf(typeOf(info), order)
    runtime.write(buffer, reorder(values, info.shape, identity(order.length), order))
    if (now?.kind !== "host") return { buffer, borrowed: false }
    tracer.settle(info.dataId, { kind: "device", buffer, order })
    return { buffer, borrowed: true }
  }

  const load = (graph: Graph, given: ReadonlyArray<Placed>): Loaded => {
    const { model, inputs, outputs } = lower(graph, { given: ordersOf(graph.inputs, given) })
    // ONNX Runtime's own rewriting makes constant filters fast. Where there are none it takes seconds and gains nothing.
    const session = runtime.load(encodeOnnx(model), { optimize: hasConstantFilters(graph) })
    sessions.add(session)
    return { session, inputs, outputs }
  }

  const unload = ({ session }: Loaded) => {
    if (sessions.delete(session)) runtime.unload(session)
  }

  /** Runs a loaded graph on tensors; gives a buffer for each output. */
  const call = ({ session, inputs, outputs }: Loaded, given: ReadonlyArray<Placed>) => {
    const own: Array<RuntimeBuffer> = []
    try {
      const bound = inputs.map(({ name, order }, i) => {
        const { buffer, borrowed } = sent(given[i], order)
        if (!borrowed) own.push(buffer)
        return { name, buffer }
      })
      const made = outputs.map((output) => ({ ...output, buffer: bufferOf(output, output.order) }))
      runtime.run(session, bound, made)
      return made
    } finally {
      runtime.free(own)
    }
  }

  const callOnce = (loaded: Loaded, given: ReadonlyArray<Placed>) => {
    try {
      return call(loaded, given)
    } finally {
      unload(loaded)
    }
  }

  const placed = (info: TensorInfo): Placed => ({ info, held: tracer.held(info.dataId) })

  const orderOf = ({ held }: Placed): Order | undefined => (held?.kind === "device" ? held.order : undefined)

  const capturedOf = (values: ReadonlyArray<Value>): ReadonlyArray<Placed> =>
    values.map((value) => tracer.trace.captured.get(value) as Placed)

  /** Orders of a graph's inputs that lie somewhere. */
  const ordersOf = (values: ReadonlyArray<Value>, given: ReadonlyArray<Placed>): ReadonlyMap<Value, Order> =>
    new Map(
      values.flatMap((value, i) => {
        const order = orderOf(given[i])
        return order === undefined ? [] : [[value, order] as const]
      })
    )

  /** Whether tensors lie as a graph takes them, or anywhere else than with the runtime. */
  const fits = ({ inputs }: Loaded, given: ReadonlyArray<Placed>) =>
    inputs.every(({ shape, order }, i) => sameMemory(shape, orderOf(given[i]) ?? order, order))

  /** The last used comes last. A graph takes memory of its own, so those of a training that is over must go some time. */
  let ready: ReadonlyArray<Ready> = []

  const forget = (some: ReadonlyArray<Ready>) => {
    for (const each of some) unload(each)
    ready = ready.filter((each) => !some.includes(each))
  }

  const compile: Compiler["compile"] = <Inputs extends TensorContainer, Outputs extends TensorContainer>(
    f: (inputs: Inputs) => Outputs
  ) => {
    const traced = (inputs: Inputs) => {
      const result = f(
        replaceTensors(inputs, (tensor) => engine().makeTensorFromTensorInfo(tracer.input(typeOf(tensor))))
      )
      return { result, graph: tracer.graph(tensorsIn(result).map((tensor) => tracer.valueFor(tensor))) }
    }

    const make = (inputs: Inputs, given: ReadonlyArray<Placed>, signature: string): Ready =>
      tracer.record((trace) => {
        compiling++
        try {
          const { result, graph } = scope(() => purely(() => traced(inputs)))
          const captured = capturedOf(graph.inputs.slice(trace.inputs.length))
          const loaded = load(separate(fold(reluGradients(graph))), [...given, ...captured])
          return { ...loaded, f, signature, captured: captured.map(({ info }) => info), outside: trace.outside, result }
        } finally {
          compiling--
        }
      })

    const find = (given: ReadonlyArray<Placed>, signature: string): Ready | undefined => {
      const candidates = ready.filter((each) => each.f === f && each.signature === signature)
      // Tracing again finds what took the place of a tensor that was freed, or refuses that.
      const stale = candidates.filter(({ outside }) => !outside.every(isAlive))
      forget(stale)
      return candidates.find((each) => !stale.includes(each) && fits(each, [...given, ...each.captured.map(placed)]))
    }

    return (inputs: Inputs): Outputs => {
      checkOpen()
      const tensors = tensorsIn(inputs)
      for (const { isDisposed } of tensors) if (isDisposed) throw freed("an input", "keep it until the call")
      const undone = tensors.some(({ dataId }) => tracer.held(dataId)?.kind === "traced")
      const differentiated = engine().state.gradientDepth > 0
      // Within another function that is being compiled it is a part of that.
      if (tracer.tracing && (compiling > 0 || undone || differentiated)) return f(inputs)
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
        const found = find(given, signature) ?? make(inputs, given, signature)
        ready = [...ready.filter((each) => each !== found), found]
        forget(ready.slice(0, -cacheSize))
        const made = call(found, [...given, ...found.captured.map(placed)])
        return replaceTensors(found.result as Outputs, (_, i) => {
          const { buffer, order } = made[i]
          return engine().makeTensorFromTensorInfo(tracer.hold(made[i], { kind: "device", buffer, order }))
        })
      })
    }
  }

  const run: Compiler["run"] = (f) => {
    checkOpen()
    if (tracer.tracing) return tidy(f)
    return onBackend(name, () =>
      tracer.record((trace) => {
        const result = withoutAssignments(() => tidy(() => checked(f())))
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
      const { value } = held
      const data = constants.get(value)
      if (data === undefined) pending.set(value, [...(pending.get(value) ?? []), tensor])
      else tracer.settle(tensor.dataId, { kind: "host", values: dataOf(value.dtype, data, sizeOf(tensor.shape)) })
    }
    if (pending.size === 0) return
    // Two tensors of one value share it only where they share their data.
    const wanted = [...pending].flatMap(([value, tensors]) =>
      [...new Map(tensors.map((tensor) => [tensor.dataId, tensor])).values()].map((tensor) => ({ value, tensor }))
    )
    const graph = tracer.graph(wanted.map(({ value }) => value))
    const captured = capturedOf(graph.inputs)
    const made = callOnce(load(graph, captured), captured)
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
      if (closed) return
      closed = true
      ready = []
      for (const session of sessions) runtime.unload(session)
      sessions.clear()
      removeBackend(name)
      unregisterKernels(name)
    }
  }
}

/** A container of tensors, or an error. */
const checked = <A extends TensorContainer>(result: A): A => {
  tensorsIn(result)
  return result
}
