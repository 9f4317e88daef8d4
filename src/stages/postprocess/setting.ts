import type * as Stream from "effect/Stream"
import type { LabelVolume } from "../../volume/volume.ts"
import type { CaseVolume } from "../restack.ts"
import type { Stage, StageError } from "../stage.ts"
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
 * @example
 * ```ts
 * const tidy = postprocess([{ kind: "removeSmall", mm3: 100 }])
 * load("ct/", { labels: "ignored" }).pipe(predictCases(model), restack("mask"), tidy)
 * ```
 */
export const postprocess =
  (settings: ReadonlyArray<PostprocessSetting>): Masks =>
  <E, R>(self: Stream.Stream<CaseVolume<LabelVolume>, E, R>) =>
    settings.reduce<Stream.Stream<CaseVolume<LabelVolume>, E | StageError, R>>(
      (masks, setting) => stageOf(setting)(masks),
      self
    )

const stageOf = (setting: PostprocessSetting): Masks =>
  setting.kind === "keepLargest" ? keepLargest(setting) : removeSmall(setting)
