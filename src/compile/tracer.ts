import {
  type BackendValues,
  type DataId,
  type DataType,
  engine,
  KernelBackend,
  type NamedTensorInfoMap,
  type TensorInfo,
  Variable
} from "@tensorflow/tfjs-core"
import { CompileError } from "./compileError.ts"
import {
  type Attributes,
  type ConstantData,
  type Graph,
  type GraphNode,
  prune,
  sizeOf,
  type TensorType,
  type Value
} from "./graph.ts"
import type { Order } from "./layout.ts"
import { RULES } from "./rules/index.ts"
import { ARRAYS } from "./runtime/arrayPool.ts"
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
  /** Further inputs, which nobody named: tensors met in the function whose numbers may change, or are not here. */
  readonly captured: Map<Value, Placed>
  /** All tensors from outside that were met in the function, the constants among them. */
  readonly outside: Array<TensorInfo>
  /** Numbers that were given within the function. */
  readonly own: WeakSet<DataId>
  /** Values of tensors that have numbers, by what stands for these, and by type and shape. */
  readonly values: Map<DataId, Map<string, Value>>
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
  /** What variables are that a function captures. Default: inputs, which have other numbers whenever they were assigned. */
  readonly variables?: "inputs" | "constants"
}

/**
 * A tfjs engine that computes nothing: kernels are written down as nodes of a graph. Its tensors are numbers that were given
 * to it, buffers of a runtime, or values of the graph under way.
 */
export class Tracer extends KernelBackend {
  readonly name: string
  readonly #options: TracerOptions
  readonly #entries = new Map<DataId, Entry>()
  /** The graph under way, and those that wait for it. */
  readonly #traces: Array<Trace> = []
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
    const trace = this.#traces.at(-1)
    if (trace !== undefined) return trace
    throw new CompileError({
      op: "an op outside of a compiled function",
      reason: "this engine computes whole functions",
      remedy: "wrap it in Backend.run or in compile"
    })
  }

  get tracing(): boolean {
    return this.#traces.length > 0
  }

  /** Runs `f` while kernels are written down in a new graph. */
  record<A>(f: (trace: Trace) => A): A {
    const trace: Trace = {
      nodes: [],
      inputs: [],
      constants: new Map(),
      captured: new Map(),
      outside: [],
      own: new WeakSet(),
      values: new Map()
    }
    this.#traces.push(trace)
    try {
      return f(trace)
    } finally {
      this.#traces.pop()
      if (!this.tracing) {
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
    const held = this.held(info.dataId)
    if (held?.kind === "traced") {
      if (held.trace === trace) return held.value
      throw new CompileError({ op: "a tensor of another trace", ...KEPT })
    }
    const variable = info instanceof Variable
    // Another tensor may have the numbers that a variable has by now.
    const source = variable ? info : info.dataId
    const byType = trace.values.get(source) ?? new Map<string, Value>()
    trace.values.set(source, byType)
    // A cast has the same numbers, of another type.
    const type = `${info.dtype} [${info.shape}]`
    const before = byType.get(type)
    if (before !== undefined) return before
    if (!isAlive(info)) throw freed("a tensor that is no input", "keep it, or make it an input")
    const value = this.#value(typeOf(info))
    if (held?.kind === "device" || (variable && this.#options.variables !== "constants")) {
      trace.captured.set(value, { info, held })
    } else {
      trace.constants.set(value, splatOf(this.numbersOf(info)))
    }
    byType.set(type, value)
    if (!trace.own.has(info.dataId)) trace.outside.push(info)
    return value
  }

  /** The numbers of a tensor of any engine, read at once, as its type has them: some engines cast by another name alone. */
  numbersOf(info: TensorInfo): Elements {
    const { dataId } = info
    const owner = engine().state.tensorInfo.get(dataId)?.backend
    if (owner instanceof Tracer && owner !== this && owner.held(dataId)?.kind !== "host") {
      const closed = owner.held(dataId) === undefined
      throw new CompileError({
        op: "a tensor of another engine",
        reason: closed ? "that was closed, and the numbers are gone" : `its numbers are with ${owner.name}`,
        remedy: "compute both on one engine, or make a tensor of what `await tensor.data()` gives"
      })
    }
    const values = engine().readSync(dataId) as Elements
    const Type = ARRAYS[typeOf(info).dtype]
    return values instanceof Type ? values : new Type(values)
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
    const outputs = types.map((type) => this.#value(typeOf(type)))
    if (rule.constant !== undefined) trace.constants.set(outputs[0], rule.constant(inputs, attributes))
    // A gradient is a sum of errors: of none it is 0, and a runtime would leave what was in memory.
    else if (inputs.dy !== undefined && sizeOf(inputs.dy.shape) === 0) {
      for (const output of outputs) trace.constants.set(output, { splat: 0 })
    } else trace.nodes.push({ kernel, inputs, attributes, outputs })
    const infos = outputs.map((value) => this.hold(value, { kind: "traced", value, trace }))
    return Array.isArray(inferred) ? infos : infos[0]
  }

  /** A tensor whose numbers are held somewhere. */
  hold({ shape, dtype }: TensorType, held: Held): TensorInfo {
    return { dataId: this.#enter(held), shape: [...shape], dtype }
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

  /** Numbers alone: whatever tensor they are of says its shape. */
  #enter(held: Held): DataId {
    const dataId = {}
    this.#entries.set(dataId, { held, references: 1 })
    return dataId
  }

  #value({ shape, dtype }: TensorType): Value {
    return { id: this.#ids++, shape: [...shape], dtype }
  }

  override write(values: BackendValues, _shape: Array<number>, dtype: DataType): DataId {
    if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") throw unsupported(dtype)
    const dataId = this.#enter({ kind: "host", values: values as Elements })
    this.#traces.at(-1)?.own.add(dataId)
    return dataId
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
    const held = this.held(dataId)
    if (held?.kind !== "device") return this.readSync(dataId)
    return this.#options.read(held.buffer, held.order)
  }

  override readSync(dataId: DataId): BackendValues {
    const held = this.held(dataId)
    if (held?.kind === "host") return held.values
    throw this.#unreadable(held)
  }

  #unreadable(held: Exclude<Held, { readonly kind: "host" }> | undefined): CompileError {
    if (held?.kind === "device") {
      return new CompileError({
        op: "dataSync",
        reason: "the numbers are with the runtime, which computes on its own",
        remedy: "read them with `await tensor.data()` or Backend.read"
      })
    }
    const op = "reading a tensor"
    if (held === undefined) {
      return new CompileError({ op, reason: "its engine was closed", remedy: "read it before" })
    }
    if (!this.#traces.includes(held.trace)) return new CompileError({ op, ...KEPT })
    return new CompileError({
      op,
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
      if (this.tracing) this.#freed.push(buffer)
      else this.#options.free(buffer)
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

/** Whether its numbers were not freed. Those of a variable may be another tensor's too. */
export const isAlive = (info: TensorInfo): boolean =>
  !(info instanceof Variable && info.isDisposed) && engine().state.tensorInfo.has(info.dataId)

export const freed = (op: string, remedy: string): CompileError =>
  new CompileError({ op, reason: "it was freed", remedy })

/** Why a tensor of a trace that is over is of no use. */
const KEPT = {
  reason: "it was kept beyond the function that it was made in, where it has no numbers",
  remedy: "return it from that function"
}

export const typeOf = ({ shape, dtype }: Pick<TensorInfo, "dtype"> & Pick<TensorType, "shape">): TensorType => {
  if (dtype !== "float32" && dtype !== "int32" && dtype !== "bool") throw unsupported(dtype)
  return { shape, dtype }
}

const unsupported = (dtype: string) =>
  new CompileError({ op: "a tensor", reason: `its type is ${dtype}`, remedy: "use float32, int32 or bool" })

/** Numbers that are all the same are kept as one. */
const splatOf = (values: Elements): ConstantData => {
  if (values.length < 2) return values
  const [first] = values
  return values.every((value) => Object.is(value, first)) ? { splat: first } : values
}
