/**
 * Makes the base class of one kind of error: a real `Error` with a `_tag`, so that Effect's `catchTag`, a `switch` and
 * `instanceof` all tell it apart. Subclasses compose `message` from their fields: what went wrong, where, what to do.
 *
 * It lives outside Effect because formats, modules and metrics must work without it.
 *
 * @example
 * ```ts
 * class PngError extends TaggedError("PngError")<{ readonly reason: string }> {
 *   override get message() {
 *     return `not a PNG: ${this.reason}`
 *   }
 * }
 * new PngError({ reason: "empty file" })._tag // => "PngError"
 * ```
 */
export const TaggedError = <Tag extends string>(
  tag: Tag
): (new <Fields extends object>(
  fields: Readonly<Fields> & { readonly cause?: unknown }
) => Error & { readonly _tag: Tag } & Readonly<Fields> & { readonly cause?: unknown }) => {
  class Base extends Error {
    readonly _tag = tag
    constructor(fields: object) {
      super()
      Object.assign(this, fields)
      this.name = tag
    }
  }
  // The cast only adds what Object.assign did: the fields of each subclass.
  return Base as never
}

/** What is said by something that was thrown: an error, or whatever else, such as the numbers of WebAssembly. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).trim()

/** The first line of it: some errors add a stack, or a list of files. */
export const inLine = (cause: unknown): string => reasonOf(cause).split("\n")[0]
