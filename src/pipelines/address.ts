import { TaggedError } from "../errors.ts"
import { fold, key } from "../random/index.ts"
import { plainText } from "../stages/description.ts"

/** Settings that no result can be addressed by: functions, tensors or other things that cannot be written down. */
export class AddressError extends TaggedError("AddressError")<{ readonly what: string }> {
  override get message() {
    return `${this.what} holds something that is not plain data, so its results could not be told from others; use settings by name`
  }
}

/**
 * Values as text, with their keys in order: equal text, equal values.
 *
 * @throws AddressError for what is not plain data
 */
export const textOf = (what: string, value: unknown): string => {
  const text = plainText(value)
  if (text === undefined) throw new AddressError({ what })
  return text
}

/** The address of a text: 64 bits of hash. What is kept there holds the text itself, should two ever agree. */
export const addressOf = (text: string): string =>
  fold(key(0), text)
    .map((word) => word.toString(16).padStart(8, "0"))
    .join("")
