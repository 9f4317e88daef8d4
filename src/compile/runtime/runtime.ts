/** Types of elements that cross the border of a runtime: what tfjs has. A bool is a byte. */
export type ElementType = "float32" | "int32" | "bool"

export type Elements = Float32Array | Int32Array | Uint8Array

/** Values on the runtime's side. Ids are given out by the caller, each once. */
export interface RuntimeBuffer {
  readonly id: number
  readonly type: ElementType
  readonly dims: ReadonlyArray<number>
}

/** A buffer under the name that a model knows it by. */
export interface Binding {
  readonly name: string
  readonly buffer: RuntimeBuffer
}

export interface LoadOptions {
  /** Whether the runtime may rewrite the model before it runs it, which takes longer and pays where weights are constants. */
  readonly optimize: boolean
}

/** A model that a runtime has been told to load. Ids count the models from zero. */
export interface Session {
  readonly id: number
}

/**
 * What runs ONNX models and keeps values between runs.
 *
 * Commands return at once and are carried out in the order in which they were given, away from the caller's thread where
 * there is another. A command that fails spoils the buffers that it was to fill, and whatever is made of them; reading a
 * spoilt buffer rejects with the first cause. Nothing else waits.
 */
export interface Runtime {
  /** For people: what runs, and on what. */
  readonly description: string
  /** Loads the bytes of an ONNX file, which become the runtime's: they may be gone afterwards. Optimised by default. */
  readonly load: (model: Uint8Array, options?: LoadOptions) => Session
  readonly unload: (session: Session) => void
  /** Copies values to the runtime's side. */
  readonly write: (buffer: RuntimeBuffer, data: Elements) => void
  /** Runs a model. Outputs are new buffers; memory of freed ones of the same size is used again. */
  readonly run: (session: Session, inputs: ReadonlyArray<Binding>, outputs: ReadonlyArray<Binding>) => void
  /** A copy of a buffer's values, once the commands before are done. */
  readonly read: (buffer: RuntimeBuffer) => Promise<Elements>
  readonly free: (buffers: ReadonlyArray<RuntimeBuffer>) => void
  /** Ends the runtime; whatever is still asked of it rejects. */
  readonly close: () => Promise<void>
}

/** A runtime that has started, and what people should know of how. */
export interface StartedRuntime {
  readonly runtime: Runtime
  /** Such as that a provider that was asked for did not start, and what runs instead. */
  readonly notices: ReadonlyArray<string>
}
