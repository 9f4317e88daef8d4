import { inLine } from "../errors.ts"

/** The package of several that starts, and why those before it do not. */
export interface FirstPackage<A> {
  readonly started: A
  readonly failed: ReadonlyArray<string>
}

/** Tries packages one after another; rejects with all reasons where none starts. */
export const firstPackage = async <Name extends string, A>(
  names: ReadonlyArray<Name>,
  start: (name: Name) => Promise<A>
): Promise<FirstPackage<A>> => {
  const failed: Array<string> = []
  for (const name of names) {
    try {
      return { started: await start(name), failed }
    } catch (error) {
      failed.push(inLine(error))
    }
  }
  throw new Error(failed.join("; "))
}
