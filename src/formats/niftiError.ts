import { TaggedError } from "../errors.ts"

/** A file that is not a NIfTI image this library reads, or a volume that NIfTI cannot hold. */
export class NiftiError extends TaggedError("NiftiError")<{
  readonly file: string
  /** What is wrong with it. */
  readonly reason: string
  /** What the person who has the file can do. */
  readonly remedy: string
}> {
  override get message() {
    return `${this.file}: ${this.reason}; ${this.remedy}`
  }
}
