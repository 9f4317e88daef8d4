import { leeJunHyunNames } from "./leeJunHyun.ts"
import type { PyTorchNames } from "./names.ts"

/** What AttU_Net of LeeJunHyun/Image_Segmentation calls the parameters of `attentionUNet`. */
export const attentionUNetNames: PyTorchNames = leeJunHyunNames
