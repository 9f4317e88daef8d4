import * as Context from "effect/Context"
import { type Gzip, gzipBytes } from "../formats/gzipBytes.ts"

/** What closes .nii.gz files: code that runs anywhere, unless an engine's own is provided, as `hepaflow/node` does. */
export const Compression = Context.Reference<Gzip>("hepaflow/stages/Compression", {
  defaultValue: () => async (bytes, level) => gzipBytes(bytes, level)
})
