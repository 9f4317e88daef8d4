import {
  type BackendValues,
  type DataId,
  type DataType,
  engine,
  getKernelsForBackend,
  KernelBackend,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel
} from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"
import {
  type Attributes,
  type ConstantData,
  type DType,
  type Graph,
  type GraphNode,
  prune,
  type TensorType,
  type Value
} from "./graph.ts"
import type { Order } from "./layout.ts"
import { REFUSED } from "./refused.ts"
import { RULES } from "./rules/index.ts"
import type { Elements, RuntimeBuffer } from "./runtime/runtime.ts"

/** Where a tensor's numbers are. */
export type Held =
  /** Here, in plain order. */
  | { readonly kind: "host"; readonly values: Elements }
  /** With the runtime, in some order. */
  | { readonly kind: "device"; readonly buffer: RuntimeBuffer; readonly order: Order }
  /** Nowhere yet: what will be computed. */
  | { readonly kind: "traced"; readonly value: Value; readonly trace: Trace }

/** A tensor and where its numbers are; nothing for one of another engine. */
export interface Placed {
  readonly info: TensorInfo
  readonly held: Held | undefined
}

/** A graph under way. */
export interface Trace {
  readonly nodes: Array<GraphNode>
  readonly inputs: Array<Value>
  readonly constants: Map<Value, ConstantData>
  /** Tensors that were met in the function but not declared as its inputs, and whose numbers are not here. */
  readonly captured: Map<Value, Placed>
  /** Values of tensors from outside, by their data and shape. */
  readonly known: Map<DataId, Map<string, Value>>
}

interface Entry {
  held: Held
  references: number
}

export interface TracerOptions {
  /** tfjs's name of the engine. */
  readonly name: string
  /** Copies a buffer's numbers here, into plain order. */
  readonly read: (buffer: RuntimeBuffer, order: Order) => Promise<Elements>
  readonly free: (buffer: RuntimeBuffer) => void
}

/**
 * A tfjs engine that computes nothing: kernels are written down as nodes of a graph. Its tensors are numbers that were given
 * to it, buffers of a runtime, or values of the graph under way.
 */
export class Tracer extends KernelBackend {
  readonly name: string
  readonly #options: TracerOptions
  readonly #entries = new Map<DataId, Entry>()
  #trace: Trace | undefined
  /** Buffers of tensors that were freed while a graph is under way, which may yet take them. */
  #freed: Array<RuntimeBuffer> = []
  #ids = 0

  constructor(options: TracerOptions) {
    super()
    this.name = options.name
    this.#options = options
  }

  /** The graph under way. */
  get trace(): Trace {
    if (this.#trace !== undefined) return this.#trace
    throw new CompileError({
      op: "an op outside of a compiled function",
      reason: "this engine computes whole functions",
      remedy: "wrap it in Backend.run or in compile"
    })
  }

  get tracing(): boolean {
    return this.#trace !== undefined
  }

  /** Runs `f` while kernels are written down in a new graph. */
  record<A>(f: (trace: Trace) => A): A {
    const before = this.#trace
    const trace: Trace = { nodes: [], inputs: [], constants: new Map(), captured: new Map(), known: new Map() }
    this.#trace = trace
    try {
      return f(trace)
    } finally {
      this.#trace = before
      if (before === undefined) {
        for (const buffer of this.#freed) this.#options.free(buffer)
        this.#freed = []
      }
    }
  }

  /** A new value of the graph under way, as its input. */
  input(type: TensorType): TensorInfo {
    const value = this.#value(type)
    this.trace.inputs.push(value)
    return this.hold(type, { kind: "traced", value, trace: this.trace })
  }

  /** The value that stands for a tensor in the graph under way. */
  valueFor(info: TensorInfo): Value {
    const { trace } = this
    const held = this.#entries.get(info.dataId)?.held
    if (held?.kind === "traced") {
      if (held.trace === trace) return held.value
      throw new CompileError({
        op: "a tensor of another trace",
        reason: "it was kept beyond the function that it was made in, where it has no numbers",
        remedy: "return it from that function"
      })
    }
    const byShape = trace.known.get(info.dataId) ?? new Map<string, Value>()
    trace.known.set(info.dataId, byShape)
    const before = byShape.get(info.shape.join())
    if (before !== undefined) return before
    const value = this.#value(typeOf(info))
    byShape.set(info.shape.join(), value)
    if (held?.kind === "device") {
      trace.captured.set(value, { info, held })
    } else {
      // Numbers of other engines are read at once, as those of this one: they become part of the graph.
      const values = held?.values ?? (engine().readSync(info.dataId) as Elements)
      trace.constants.set(value, splatOf(values))
    }
    return value
  }

  /** The graph of the outputs that were traced. */
  graph(outputs: ReadonlyArray<Value>): Graph {
    const { nodes, inputs, constants, captured } = this.trace
    return prune({ inputs: [...inputs, ...captured.keys()], constants, nodes, outputs })
  }

  /** Writes one kernel down. */
  node(kernel: string, given: NamedTensorInfoMap, attributes: Attributes): TensorInfo | Array<TensorInfo> {
    const { trace } = this
    const rule = RULES[kernel]
    const inputs = Object.fromEntries(
      Object.entries(given).flatMap(([name, info]) => (info == null ? [] : [[name, this.valueFor(info)]]))
    )
    const unknown = Object.entries(attributes).find(
      ([name, value]) => value !== undefined && !(rule.attributes ?? []).includes(name)
    )
    if (unknown !== undefined) {
      const reason = `its option ${unknown[0]} is not understood`
      throw new CompileError({ op: kernel, reason, remedy: "leave it out, or run on an engine that works op by op" })
    }
    const { types: taken } = rule
    const mistyped = Object.values(inputs).find(({ dtype }) => taken !== undefined && !taken.includes(dtype))
    if (mistyped !== undefined) {
      const reason = `it is given ${mistyped.dtype}`
      throw new CompileError({ op: kernel, reason, remedy: `cast it to ${taken?.join(" or ")}` })
    }
    const inferred = rule.infer(inputs, attributes)
    const types = Array.isArray(inferred) ? (inferred as ReadonlyArray<TensorType>) : [inferred as TensorType]
    const outputs = types.map((type) => this.#value(type))
    if (rule.constant !== undefined) trace.constants.set(outputs[0], rule.constant(inputs, attributes))
    else trace.nodes.push({ kernel, inputs, attributes, outputs })
    const infos = outputs.map((value) => this.hold(value, { kind: "traced", value, trace }))
    return Array.isArray(inferred) ? infos : infos[0]
  }

  /** A tensor whose numbers are held somewhere. */
  hold({ shape, dtype }: TensorType, held: Held): TensorInfo {
    const dataId = {}
    this.#entries.set(dataId, { held, references: 1 })
    return { dataId, shape: [...shape], dtype }
  }

  /** Where the numbers are; nothing for a tensor of another engine. */
  held(dataId: DataId): Held | undefined {
    return this.#entries.get(dataId)?.held
  }

  /** Gives a tensor's numbers another place. */
  settle(dataId: DataId, held: Held): void {
    const entry = this.#entries.get(dataId)
    if (entry !== undefined) entry.held = held
  }

  #value({ shape, dtype }: TensorType): Value {
    return { id: this.#ids++, shape: [...shape], dtype }
  }

  override write(values: BackendValues, _shape: Array<number>, dtype: DataType): DataId {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") throw unsupported(dtype)
    return this.hold({ shape: [], dtype }, { kind: "host", values: values as Elements }).dataId
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    _shape: Array<number>,
    _dtype: DataType,
    references: number
  ): void {
    this.#entries.set(dataId, { held: { kind: "host", values: values as Elements }, references })
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    const held = this.#entries.get(dataId)?.held
    if (held?.kind !== "device") return this.readSync(dataId)
    return this.#options.read(held.buffer, held.order)
  }

  override readSync(dataId: DataId): BackendValues {
    const held = this.#entries.get(dataId)?.held
    if (held?.kind === "host") return held.values
    throw held?.kind === "device"
      ? new CompileError({
          op: "dataSync",
          reason: "the numbers are with the runtime, which computes on its own",
          remedy: "read them with `await tensor.data()` or Backend.read"
        })
      : new CompileError({
          op: "reading a tensor",
          reason: "its function is being compiled, so it has a shape but no numbers",
          remedy: "return it and read it outside, or give what depends on numbers as an input"
        })
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const entry = this.#entries.get(dataId)
    if (entry === undefined) return true
    entry.references--
    if (!force && entry.references > 0) return false
    this.#entries.delete(dataId)
    if (entry.held.kind === "device") {
      const { buffer } = entry.held
      if (this.#trace === undefined) this.#options.free(buffer)
      else this.#freed.push(buffer)
    }
    return true
  }

  override incRef(dataId: DataId): void {
    const entry = this.#entries.get(dataId)
    if (entry !== undefined) entry.references++
  }

  override refCount(dataId: DataId): number {
    return this.#entries.get(dataId)?.references ?? 0
  }

  override numDataIds(): number {
    return this.#entries.size
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true }
  }

  override floatPrecision(): 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override timerAvailable(): boolean {
    return false
  }

  override dispose(): void {
    for (const { held } of this.#entries.values()) if (held.kind === "device") this.#options.free(held.buffer)
    this.#entries.clear()
  }
}

/** Lets tfjs send its kernels to a tracer of this name. */
export const registerKernels = (backendName: string): void => {
  for (const kernelName of Object.keys(RULES)) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) =>
        (backend as Tracer).node(kernelName, inputs, (attrs ?? {}) as NamedAttrMap as Attributes)
    })
  }
  for (const [kernelName, remedy] of Object.entries(REFUSED)) {
    registerKernel({
      kernelName,
      backendName,
      kernelFunc: () => {
        throw new CompileError({ op: kernelName, reason: "no rule says how to compile it", remedy })
      }
    })
  }
  // The same numbers under another name: nothing to compute.
  registerKernel({
    kernelName: "Identity",
    backendName,
    kernelFunc: ({ inputs, backend }) => {
      const { x } = inputs as { x: TensorInfo }
      const tracer = backend as Tracer
      if (tracer.held(x.dataId) === undefined) return tracer.hold(typeOf(x), traced(tracer, x))
      tracer.incRef(x.dataId)
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype }
    }
  })
}

/** Takes back what `registerKernels` did. */
export const unregisterKernels = (backendName: string): void => {
  for (const { kernelName } of getKernelsForBackend(backendName)) unregisterKernel(kernelName, backendName)
}

const traced = (tracer: Tracer, info: TensorInfo): Held => ({
  kind: "traced",
  value: tracer.valueFor(info),
  trace: tracer.trace
})

export const typeOf = ({ shape, dtype }: TensorInfo): TensorType => {
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") throw unsupported(dtype)
  return { shape, dtype: dtype as DType }
}

const unsupported = (dtype: string) =>
  new CompileError({ op: "a tensor", reason: `its type is ${dtype}`, remedy: "use float32, int32 or bool" })

/** Numbers that are all the same are kept as one. */
const splatOf = (values: Elements): ConstantData => {
  if (values.length < 2) return values
  const [first] = values
  return values.every((value) => Object.is(value, first)) ? { splat: first } : values
}
