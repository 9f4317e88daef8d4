import { leeJunHyunNames } from "./leeJunHyun.ts"
import type { PyTorchNames } from "./names.ts"

/** What R2U_Net and R2AttU_Net of LeeJunHyun/Image_Segmentation call the parameters of `r2UNet`. */
export const r2UNetNames: PyTorchNames = leeJunHyunNames
