import * as Context from "effect/Context"
import { gunzip } from "../formats/gunzip.ts"
import type { Gunzip } from "../formats/gzip.ts"

/** What opens .nii.gz files: code that runs anywhere, unless an engine's own is provided, as `hepaflow/node` does. */
export const Decompression = Context.Reference<Gunzip>("hepaflow/stages/Decompression", { defaultValue: () => gunzip })
