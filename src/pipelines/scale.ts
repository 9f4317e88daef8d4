import type { AgcafNetConfig } from "../modules/networks/agcafNet.ts"
import type { DenseUNetConfig } from "../modules/networks/denseUNet.ts"
import type { TransUNetConfig } from "../modules/networks/transUNet.ts"
import type { UShapeConfig } from "../modules/networks/uShape.ts"
import type { PhantomCohortOptions } from "../phantom/cohort.ts"
import { agcafProtocol, type Protocol, quickProtocol } from "./protocol.ts"

/** `smoke`: shows that everything runs, and nothing else. `small`: an evening on a laptop. `paper`: the paper's sizes and schedule. */
export type Scale = "smoke" | "small" | "paper"

/** How large everything is. */
export interface ScaleSettings {
  readonly protocol: Protocol
  /** Of studies that are given none. */
  readonly seeds: ReadonlyArray<number>
  /** A phantom cohort of this scale, for those who have no other. */
  readonly phantoms: PhantomCohortOptions
  readonly agcafNet: AgcafNetConfig
  /** U-Net and Attention U-Net. */
  readonly uNet: UShapeConfig
  readonly denseUNet: DenseUNetConfig
  readonly transUNet: TransUNetConfig
}

/**
 * The three scales. At width 16 the deepest map has 128 channels, the fewest that all five (rc; rn) of Table 3 divide, so that
 * they differ there as they do at full width; the comparators have a quarter of their widths with it.
 *
 * At `smoke` the deepest map is 4 x 4, where the paper's patches (10, 6, 5, 3) would all be cut down to it; (3, 2) are not.
 */
export const SCALES: Readonly<Record<Scale, ScaleSettings>> = {
  smoke: {
    protocol: {
      ...agcafProtocol,
      size: [32, 32],
      split: { ratios: [2, 1, 1], seed: 1 },
      epochs: 2,
      batchSize: 4
    },
    seeds: [1],
    phantoms: { cases: 8, seed: 1, shape: [48, 48, 12] },
    agcafNet: { width: 16, scales: [3, 2] },
    uNet: { width: 4 },
    denseUNet: { width: 4 },
    transUNet: {
      size: [32, 32],
      width: 8,
      units: [1, 1, 1],
      rootChannels: 1,
      groupSize: 4,
      features: 16,
      hidden: 32,
      layers: 1,
      heads: 2,
      bridge: 16,
      decoder: [16, 8, 8, 8]
    }
  },
  small: {
    // The paper's optimiser and loss need its 50 epochs of thousands of slices. A tenth of 30 patients is too few to test a
    // difference on.
    protocol: {
      ...quickProtocol,
      // What was scanned, through one window for all patients, as the paper has it.
      window: { level: 100, width: 200 },
      field: "scan",
      size: [96, 96],
      split: { ratios: [6, 1, 3], seed: 1 },
      epochs: 6,
      // What suits a narrow network is too fast for some of those that it is compared with.
      optimizer: { kind: "adamW", learningRate: 2e-3, weightDecay: 1e-3 },
      augmentation: [
        { kind: "flip", axis: "horizontal", chance: 0.5 },
        { kind: "flip", axis: "vertical", chance: 0.5 },
        { kind: "intensity", gain: [0.9, 1.1], offset: [-0.1, 0.1] }
      ],
      postprocess: []
    },
    seeds: [1, 2, 3],
    phantoms: { cases: 30, seed: 1, shape: [128, 128, 32] },
    agcafNet: { width: 16 },
    uNet: { width: 16 },
    denseUNet: { width: 16 },
    transUNet: {
      size: [96, 96],
      width: 32,
      units: [2, 2, 2],
      rootChannels: 1,
      groupSize: 4,
      features: 192,
      hidden: 768,
      layers: 4,
      heads: 6,
      bridge: 128,
      decoder: [64, 32, 16, 16]
    }
  },
  paper: {
    protocol: agcafProtocol,
    seeds: [1],
    phantoms: { cases: 131, seed: 1, shape: [512, 512, 96] },
    agcafNet: {},
    uNet: {},
    denseUNet: { width: 64 },
    transUNet: {}
  }
}
