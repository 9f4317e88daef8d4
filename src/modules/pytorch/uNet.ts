import type { UNetConfig } from "../networks/uNet.ts"
import { leeJunHyunNames } from "./leeJunHyun.ts"
import { type PyTorchNames, pyTorchNames } from "./names.ts"

const milesialNames = pyTorchNames([
  [/^encoder\.0\b/, "inc.double_conv"],
  [/^encoder\.(\d)\b/, "down$1.maxpool_conv.1.double_conv"],
  ...[0, 1, 2, 3].flatMap((i) => [
    [new RegExp(`^decoder\\.${i}\\.rise$`), `up${i + 1}.up`] as const,
    [new RegExp(`^decoder\\.${i}\\.block\\b`), `up${i + 1}.conv.double_conv`] as const
  ]),
  [/^head$/, "outc.conv"],
  [/\.0\.conv$/, ".0"],
  [/\.0\.norm$/, ".1"],
  [/\.1\.conv$/, ".3"],
  [/\.1\.norm$/, ".4"]
])

/**
 * What the state dict of a U-Net calls the parameters of `uNet`, by its upsampling: milesial/Pytorch-UNet for "transposed" and
 * "bilinear", LeeJunHyun/Image_Segmentation for "nearest".
 */
export const uNetNames: Readonly<Record<Required<UNetConfig>["upsampling"], PyTorchNames>> = {
  transposed: milesialNames,
  bilinear: milesialNames,
  nearest: leeJunHyunNames
}
