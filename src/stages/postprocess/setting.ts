import type * as Stream from "effect/Stream"
import type { LabelVolume } from "../../volume/volume.ts"
import type { CaseVolume } from "../restack.ts"
import type { Stage, StageError } from "../stage.ts"
import { StageOptionError } from "../stageOptionError.ts"
import type { ComponentOptions } from "./filterComponents.ts"
import { keepLargest } from "./keepLargest.ts"
import { removeSmall, type SmallestSize } from "./removeSmall.ts"

/** A stage that goes over masks, and its options, as plain data: what a protocol and a model carry along. */
export type PostprocessSetting =
  | ({ readonly kind: "keepLargest" } & ComponentOptions)
  | ({ readonly kind: "removeSmall" } & SmallestSize & ComponentOptions)

type Masks = Stage<CaseVolume<LabelVolume>, CaseVolume<LabelVolume>, StageError>

/**
 * The stages that settings mean, one after another.
 *
 * @throws StageOptionError for a kind or an option that is none, where the stage is made
 *
 * @example
 * ```ts
 * const tidy = postprocess([{ kind: "removeSmall", mm3: 100 }])
 * load("ct/", { labels: "ignored" }).pipe(predictCases(model), restack("mask"), tidy)
 * ```
 */
export const postprocess = (settings: ReadonlyArray<PostprocessSetting>): Masks => {
  const stages = settings.map(stageOf)
  return <E, R>(self: Stream.Stream<CaseVolume<LabelVolume>, E, R>) =>
    stages.reduce<Stream.Stream<CaseVolume<LabelVolume>, E | StageError, R>>((masks, stage) => stage(masks), self)
}

const stageOf = (setting: PostprocessSetting): Masks => {
  const { kind } = setting
  if (kind === "keepLargest") return keepLargest(setting)
  if (kind === "removeSmall") return removeSmall(setting)
  const expected = "keepLargest or removeSmall"
  throw new StageOptionError({ stage: "postprocess", option: "kind", found: kind, expected: expected + beside(kind) })
}

/** Why a stage that there is cannot be a setting. */
const beside = (kind: string): string => {
  if (kind === "keepInside") return "; keepInside needs a mask of each liver: pipe what comes out through that stage"
  if (kind === "threshold") return "; the threshold is a setting of its own"
  return ""
}
