import { TaggedError } from "../errors.ts"

/** Something that cannot be compiled: which op, why, and what to do instead. */
export class CompileError extends TaggedError("CompileError")<{
  /** tfjs's name of the kernel, or of what else was asked for. */
  readonly op: string
  readonly reason: string
  readonly remedy: string
}> {
  override get message() {
    return `compile: ${this.op}: ${this.reason}; ${this.remedy}`
  }
}
