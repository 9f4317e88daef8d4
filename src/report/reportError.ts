import { TaggedError } from "../errors.ts"

/** A report cannot be made: what of it, and why. */
export class ReportError extends TaggedError("ReportError")<{ readonly what: string; readonly reason: string }> {
  override get message() {
    return `${this.what}: ${this.reason}`
  }
}
