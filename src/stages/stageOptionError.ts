import { TaggedError } from "../errors.ts"

/** A stage was asked for something it cannot do. Thrown where the pipeline is written, before anything runs. */
export class StageOptionError extends TaggedError("StageOptionError")<{
  readonly stage: string
  readonly option: string
  readonly found: unknown
  readonly expected: string
}> {
  override get message() {
    return `${this.stage}: ${this.option} is ${String(this.found)}; expected ${this.expected}`
  }
}
