import { reasonOf, TaggedError } from "../../errors.ts"

/** ONNX Runtime did not start, or did not do what it was told. */
export class RuntimeError extends TaggedError("RuntimeError")<{
  readonly reason: string
}> {
  override get message() {
    return `ONNX Runtime: ${this.reason}`
  }
}

/** The error of a failure of any kind. */
export const runtimeError = (cause: unknown): RuntimeError =>
  cause instanceof RuntimeError ? cause : new RuntimeError({ reason: reasonOf(cause), cause })
