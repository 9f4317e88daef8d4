import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { TaggedError } from "../errors.ts"
import type { Gunzip } from "../formats/gzip.ts"
import { type NiftiFile, readNifti, readNiftiLabels } from "../formats/readNifti.ts"
import { PHANTOM_MARK } from "../phantom/mark.ts"
import type { Case } from "../volume/case.ts"
import { orientationOf } from "../volume/orientation.ts"
import type { ImageVolume } from "../volume/volume.ts"
import type { CaseFiles } from "./caseFiles.ts"
import { checkLabels } from "./checkLabels.ts"
import { Decompression } from "./decompression.ts"
import { Files } from "./files.ts"
import { niftiParts } from "./niftiParts.ts"
import { notify } from "./notices.ts"

export interface ReadCaseOptions {
  /** The largest label that may occur. Default 2: background, liver, tumour. */
  readonly maxLabel?: number
}

/** One case cannot be loaded: which one, from which file, and why (in words, and as `cause`). */
export class LoadError extends TaggedError("LoadError")<{ readonly caseId: string; readonly path: string }> {
  override get message() {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `case ${this.caseId}: ${reason.includes(this.path) ? reason : `${this.path}: ${reason}`}`
  }
}

/**
 * Reads and decodes one case, as `load` does for each of many.
 *
 * @example
 * ```ts
 * const patient = await run(readCase({ id: "p1", image: "p1/ct.nii.gz" })) // run from "hepaflow/node"
 * ```
 */
export const readCase: (files: CaseFiles, options?: ReadCaseOptions) => Effect.Effect<Case, LoadError, Files> =
  Effect.fn("readCase")(function* ({ id, image: path, labels: labelPath }, options = {}) {
    const blame = (file: string) =>
      Effect.mapError((cause: unknown) => new LoadError({ caseId: id, path: file, cause }))
    // Side by side, since zlib inflates each in a thread of its own.
    const [noted, notedLabels] = yield* Effect.all(
      [
        decode(path, readNifti).pipe(blame(path)),
        labelPath === undefined ? Effect.succeed(undefined) : decode(labelPath, readNiftiLabels).pipe(blame(labelPath))
      ],
      { concurrency: 2 }
    )
    const { description, ...image } = noted
    const phantom = [description, notedLabels?.description].some((note) => note?.startsWith(PHANTOM_MARK))
    const spacingTrusted = !isPlaceholder(image, id)
    if (!spacingTrusted) {
      yield* warn(id, `${path} claims 1 mm voxels, which is not true: its distances and volumes mean nothing`)
    }
    const common = { id, image, spacingTrusted, ...(phantom && { phantom }) }
    if (notedLabels === undefined || labelPath === undefined) return common
    const { description: _, ...labels } = notedLabels
    yield* Effect.try({
      try: () => checkLabels(image, labels, options.maxLabel ?? 2),
      catch: (cause) => cause
    }).pipe(blame(labelPath))
    if (orientationOf(image.affine) !== orientationOf(labels.affine)) {
      yield* warn(id, `${labelPath} gives other directions than its image; voxels are taken to correspond by index`)
    }
    const { affine, spacing } = image
    return { ...common, labels: { ...labels, affine, spacing } }
  })

const warn = (caseId: string, message: string) =>
  notify({ kind: "warning", stage: "load", caseId, message: `case ${caseId}: ${message}` })

/**
 * Reads through an iterator that is closed whatever happens: a decoder that is interrupted cannot be stopped, but it finds
 * its input ended, and no handle is left to it.
 */
const decode = Effect.fnUntraced(function* <V>(
  path: string,
  read: (file: NiftiFile, options: { readonly gunzip: Gunzip }) => Promise<V>
) {
  const files = yield* Files
  const gunzip = yield* Decompression
  const parts = niftiParts(path)
  // The decoder allocates at once what a header claims only where the file could hold it.
  const size = yield* Effect.map(files.stat(parts[parts.length - 1]), (found) => found?.bytes)
  const opened = yield* Effect.forEach(parts, (part) => Stream.toAsyncIterableEffect(files.stream(part)))
  const [bytes, image] = opened.map((iterable) => iterable[Symbol.asyncIterator]())
  const close = Effect.tryPromise(() => Promise.all([bytes.return?.(), image?.return?.()]))
  const file = { name: path, bytes: once(bytes), ...(image && { image: once(image) }), ...(size && { size }) }
  return yield* Effect.tryPromise({ try: () => read(file, { gunzip }), catch: (cause) => cause }).pipe(
    Effect.ensuring(Effect.ignore(close))
  )
})

const once = <A>(iterator: AsyncIterator<A>): AsyncIterable<A> => ({ [Symbol.asyncIterator]: () => iterator })

/**
 * Whether the geometry only fills a header. LiTS 28-47 say 1 mm voxels, and so does a writer that knows nothing: identity
 * to the last digit.
 */
const isPlaceholder = ({ affine, spacing }: ImageVolume, id: string): boolean => {
  if (spacing.some((millimetres) => millimetres !== 1)) return false
  const number = Number(/^volume-(\d+)$/.exec(id)?.[1])
  return (
    (number >= 28 && number <= 47) || affine.every((row, i) => row.every((value, j) => value === (i === j ? 1 : 0)))
  )
}
