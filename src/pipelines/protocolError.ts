import { TaggedError } from "../errors.ts"

/** A setting of a protocol that is unknown, missing, or none of its choices: which, what was found, and what there is. */
export class ProtocolError extends TaggedError("ProtocolError")<{
  /** Its name with those that it lies in: `loss.terms[1].kind`. */
  readonly setting: string
  readonly found: unknown
  readonly expected: string
}> {
  override get message() {
    return `protocol: ${this.setting} is ${inWords(this.found)}; ${this.expected}`
  }
}

const inWords = (found: unknown): string => {
  if (typeof found === "string") return `"${found}"`
  if (Array.isArray(found)) return `[${found.map(inWords).join(", ")}]`
  return typeof found === "object" && found !== null ? "an object" : String(found)
}
