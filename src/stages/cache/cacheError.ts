import { TaggedError } from "../../errors.ts"

/** Samples that cannot be cached, or a cache that cannot be trusted: where, why, and what to do. */
export class CacheError extends TaggedError("CacheError")<{
  /** A file of the cache, or a slice of a case. */
  readonly where: string
  readonly reason: string
}> {
  override get message() {
    return `cache: ${this.where}: ${this.reason}`
  }
}
