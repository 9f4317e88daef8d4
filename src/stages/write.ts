import * as Effect from "effect/Effect"
import type { Gzip } from "../formats/gzipBytes.ts"
import { type PngImage, writePng } from "../formats/png.ts"
import { type WriteNiftiOptions, writeNifti } from "../formats/writeNifti.ts"
import { gray } from "../report/gray.ts"
import { overlay } from "../report/overlay.ts"
import type { Sample, Target } from "../volume/sample.ts"
import type { Slice } from "../volume/slice.ts"
import { LABEL } from "../volume/volume.ts"
import { Compression } from "./compression.ts"
import { type FileError, Files, joinPath } from "./files.ts"
import type { CaseVolume } from "./restack.ts"
import { caseIdOf, make, type Stage, StageError, type StageOptions } from "./stage.ts"
import type { Written } from "./written.ts"

interface Common extends Pick<StageOptions, "onFailure"> {
  /** Whether a file that is already there is replaced; else it is an error. Default false. */
  readonly overwrite?: boolean
}

/** Volumes as gzipped NIfTI, `<case>.nii.gz`, where their CT is: see `writeNifti` for the other options. */
export interface WriteNiftiFiles extends Common, Omit<WriteNiftiOptions, "compress"> {
  readonly as: "nifti"
}

/** Slices as pictures, `<case>-<plane>-<index>.png`: in gray, or with labels or mask over them in colour. */
export interface WritePictures extends Common {
  readonly as: "png" | "overlay"
  /** Bits of a gray picture. Default 8. */
  readonly depth?: 8 | 16
}

/**
 * Writes each element into a directory, which is made where it is missing, and tells where. A file appears whole or not at
 * all, and what is already there is never replaced unasked.
 *
 * Fails with a `FileError` that names the path and the remedy, or a `StageError` for data that makes no such file.
 *
 * @example
 * ```ts
 * const masks = load("ct/").pipe(window(), slice(), labelSplit("tumor"), restack("mask"), write("masks", { as: "nifti" }))
 * const pictures = load("ct/").pipe(window(), slice({ keep: "tumor" }), write("pictures", { as: "overlay" }))
 * ```
 */
export const write: {
  (directory: string, options: WriteNiftiFiles): Stage<CaseVolume, Written, WriteError, Files>
  (directory: string, options: WritePictures): Stage<Slice | Sample, Written, WriteError, Files>
} = (directory: string, options: WriteNiftiFiles | WritePictures): Stage<Writable, Written, WriteError, Files> =>
  make("write", (element) => writeOne(directory, element, options), options)

export type WriteError = FileError | StageError

type Writable = CaseVolume | Slice | Sample

const writeOne = Effect.fnUntraced(function* (
  directory: string,
  element: Writable,
  options: WriteNiftiFiles | WritePictures
) {
  const caseId = caseIdOf(element)
  const path = joinPath(directory, nameOf(element))
  const gzip = yield* Compression
  const bytes = yield* Effect.tryPromise({
    try: async () => encode(element, options, path, gzip),
    catch: (cause) => new StageError({ stage: "write", caseId, cause })
  })
  const files = yield* Files
  yield* files.makeDirectory(directory)
  yield* files.write(path, bytes, { overwrite: options.overwrite ?? false })
  return { caseId, path, bytes: bytes.length }
})

const nameOf = (element: Writable): string => {
  const id = element.caseId.replaceAll(/[/\\]/g, "_")
  if ("volume" in element) return `${id}.nii.gz`
  const { index, plane } = element.origin
  return `${id}-${plane}-${String(index).padStart(3, "0")}.png`
}

const encode = (
  element: Writable,
  options: WriteNiftiFiles | WritePictures,
  path: string,
  gzip: Gzip
): Uint8Array | Promise<Uint8Array> => {
  if ("volume" in element) {
    const { level, ...others }: Omit<WriteNiftiOptions, "compress"> = options.as === "nifti" ? options : {}
    return gzip(writeNifti(element.volume, { ...others, compress: false }), level)
  }
  const picture: PngImage =
    options.as === "overlay" ? overlay(marked(element)) : gray(element, "depth" in options ? options.depth : 8)
  return writePng(picture, path)
}

/** A sample's mask in the colour of what it marks. */
const marked = (slice: Slice | Sample): Slice => {
  if (!("mask" in slice)) return slice
  const labels = [0, ...[slice.target].flat().map((target) => LABEL_OF[target])]
  return { ...slice, labels: slice.mask.map((value) => labels[value]) }
}

const LABEL_OF: Record<Target, number> = { tumor: LABEL.tumor, liver: LABEL.liver, wholeLiver: LABEL.liver }
