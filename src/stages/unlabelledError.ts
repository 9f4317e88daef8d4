import { TaggedError } from "../errors.ts"

/** A stage needs labels of a case that has none. */
export class UnlabelledError extends TaggedError("UnlabelledError")<{
  readonly caseId: string
  /** What the labels are for, as in "to keep tumor slices". */
  readonly purpose: string
}> {
  override get message() {
    return `case ${this.caseId} has no labels ${this.purpose}; load it with its segmentation`
  }
}
