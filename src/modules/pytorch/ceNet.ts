import { pyTorchNames } from "./names.ts"

/** What Guzaiwang/CE-Net calls the parameters of `ceNet`: the stages count from 1, the decoder's levels from 4 down. */
export const ceNetNames = pyTorchNames([
  [/^backbone\.stem\.conv$/, "firstconv"],
  [/^backbone\.stem\.norm$/, "firstbn"],
  ...[0, 1, 2, 3].flatMap((i) => [
    [new RegExp(`^backbone\\.stages\\.${i}\\.`), `encoder${i + 1}.`] as const,
    [new RegExp(`^decoder\\.${i}\\b`), `decoder${4 - i}`] as const
  ]),
  [/\.first\.conv$/, ".conv1"],
  [/\.first\.norm$/, ".bn1"],
  [/\.second\.conv$/, ".conv2"],
  [/\.second\.norm$/, ".bn2"],
  [/\.shortcut\.conv$/, ".downsample.0"],
  [/\.shortcut\.norm$/, ".downsample.1"],

  [/^atrous\.near$/, "dblock.dilate1"],
  [/^atrous\.middle$/, "dblock.dilate2"],
  [/^atrous\.far$/, "dblock.dilate3"],
  [/^atrous\.mix$/, "dblock.conv1x1"],
  [/^pooling$/, "spp.conv"],

  [/\.reduce\.conv$/, ".conv1"],
  [/\.reduce\.norm$/, ".norm1"],
  [/\.enlarge\.conv$/, ".deconv2"],
  [/\.enlarge\.norm$/, ".norm2"],
  [/\.expand\.conv$/, ".conv3"],
  [/\.expand\.norm$/, ".norm3"],

  [/^enlarge$/, "finaldeconv1"],
  [/^refine$/, "finalconv2"],
  [/^classify$/, "finalconv3"]
])
