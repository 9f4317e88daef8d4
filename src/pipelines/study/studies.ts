import { type AgcafNetConfig, agcafNet } from "../../modules/networks/agcafNet.ts"
import { attentionUNet } from "../../modules/networks/attentionUNet.ts"
import { denseUNet } from "../../modules/networks/denseUNet.ts"
import { transUNet } from "../../modules/networks/transUNet.ts"
import { uNet } from "../../modules/networks/uNet.ts"
import { SCALES, type Scale } from "../scale.ts"
import type { CohortSource } from "../surveyCohort.ts"
import type { Study, Variant } from "./study.ts"

export interface StudyChoice {
  /** Default `"small"`. */
  readonly scale?: Scale
  /** Default: those of the scale. */
  readonly seeds?: ReadonlyArray<number>
}

// Studies that share a directory share cells: the proposed network is in all of them.

/**
 * Table 1: the depth of the backbone, ResNet-18 and ResNet-34.
 *
 * @example
 * ```ts
 * const outcomes = await run(outcomesOf(runStudy(backboneStudy("lits/"), { directory: "studies" })), { layer: wasm })
 * ```
 */
export const backboneStudy = (cohort: CohortSource, choice: StudyChoice = {}): Study =>
  studyOf("backbone", cohort, choice, [
    ["ResNet-18", { depth: 18 }],
    ["ResNet-34", { depth: 34 }]
  ])

/** Table 2: without context pyramid and asymmetric fusion, with one of them, with both. */
export const ablationStudy = (cohort: CohortSource, choice: StudyChoice = {}): Study =>
  studyOf("ablation", cohort, choice, [
    ["ResNet-18", { cpm: false, afm: false }],
    ["ResNet-18 + CPM", { afm: false }],
    ["ResNet-18 + AFM", { cpm: false }],
    ["ResNet-18 + CPM + AFM", {}]
  ])

/** Table 3: the reduction ratios (rc; rn). */
export const reductionStudy = (cohort: CohortSource, choice: StudyChoice = {}): Study =>
  studyOf("reduction", cohort, choice, [
    ["(4, 16)", { reduceRatios: [4, 16] }],
    ["(8, 8)", { reduceRatios: [8, 8] }],
    ["(16, 4)", {}],
    ["(8, 16)", { reduceRatios: [8, 16] }],
    ["(16, 8)", { reduceRatios: [16, 8] }]
  ])

/** Table 4: U-Net, TransUNet, Attention U-Net, Dense U-Net and AGCAF-Net. */
export const comparisonStudy = (cohort: CohortSource, choice: StudyChoice = {}): Study => {
  const settings = SCALES[choice.scale ?? "small"]
  return {
    ...studyOf("comparison", cohort, choice, []),
    variants: [
      { name: "U-Net", network: uNet(settings.uNet) },
      { name: "Trans U-Net", network: transUNet(settings.transUNet) },
      { name: "Attention U-Net", network: attentionUNet(settings.uNet) },
      { name: "Dense U-Net", network: denseUNet(settings.denseUNet) },
      proposed("AGCAF-Net", choice)
    ]
  }
}

/** AGCAF-Net in k folds, so that every patient is tested once. */
export const crossValidation = (
  cohort: CohortSource,
  { folds = 5, ...choice }: StudyChoice & { readonly folds?: number } = {}
): Study => ({
  ...studyOf("cross-validation", cohort, choice, []),
  variants: [proposed("AGCAF-Net", choice)],
  folds
})

const studyOf = (
  name: string,
  cohort: CohortSource,
  choice: StudyChoice,
  variants: ReadonlyArray<readonly [name: string, config: AgcafNetConfig]>
): Study => {
  const { protocol, seeds } = SCALES[choice.scale ?? "small"]
  return {
    name,
    cohort,
    protocol,
    seeds: choice.seeds ?? seeds,
    variants: variants.map(([variant, config]) => proposed(variant, choice, config))
  }
}

/** The proposed network, with the auxiliary head of Eq. 7, or a change of it. */
const proposed = (name: string, { scale = "small" }: StudyChoice, config: AgcafNetConfig = {}): Variant => ({
  name,
  network: agcafNet({ ...SCALES[scale].agcafNet, auxiliary: true, ...config })
})
